"""One POST to somewhere else: to an address that was checked, with little time and no detours.

The connection is ours from the socket up, because the address that was checked must be the one that
is reached; a client that resolves a name by itself would ask twice. No proxy is asked, no redirect
followed, and of the answer nothing is read but its status.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from assay.service.webhooks.addresses import Address, Target, UnreachableError

#: A receiver that has not answered by then is asked again later.
SECONDS = 10.0


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever the name means meanwhile."""

    def __init__(self, target: Target, address: Address, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target = target
        self._address = address

    def connect(self) -> None:
        """Connect; by https the certificate must be that of the name."""
        self.sock = socket.create_connection((str(self._address), self.port), self.timeout)
        if self._target.scheme == "https":
            # The handshake comes last, so that it can be cut off, too.
            secured = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            self.sock = secured
            secured.do_handshake()

    def cut(self) -> None:
        """End it, whatever it waits for."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def post(
    target: Target,
    addresses: Sequence[Address],
    *,
    headers: Mapping[str, str],
    body: bytes,
    seconds: float = SECONDS,
) -> int:
    """Post a body and return the status of the answer.

    Parameters
    ----------
    target
        Where to.
    addresses
        The addresses that were checked; the first is tried.
    headers
        Beside the host and the length.
    body
        What is sent.
    seconds
        For all of it: a receiver that trickles is cut off, too.

    Raises
    ------
    UnreachableError
        When there is no answer; the message says why, and nothing that an answer said.
    """
    connection = _Pinned(target, addresses[0], seconds)
    clock = threading.Timer(seconds, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        every = {"host": target.host_header, "connection": "close", **headers}
        connection.request("POST", target.path, body=body, headers=every)
        return connection.getresponse().status
    except ssl.SSLCertVerificationError:
        raise UnreachableError(f"The certificate of {target.host} is not trusted.") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise UnreachableError(
            f"{target.host} did not answer within {seconds:g} s, or not by http."
        ) from None
    finally:
        clock.cancel()
        connection.close()
