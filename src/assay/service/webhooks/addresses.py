"""Where a webhook may lead: never into the house, unless whoever runs the service says so.

A name is resolved once, every address that it has is checked, and the connection is made to one of
those very addresses: a name that means something else a moment later leads nowhere.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Self
from urllib.parse import SplitResult, urlsplit

from assay.service.problems import ServiceError

Address = IPv4Address | IPv6Address

#: IPv4 as seen through a translator (RFC 6052).
_NAT64 = ip_network("64:ff9b::/96")


#: Names of hosts are no longer (RFC 1035).
_LONGEST_NAME = 253


class UnreachableError(ServiceError):
    """An address that may not, or cannot, be reached."""


@dataclass(frozen=True)
class Target:
    """An address of the web, in parts.

    Parameters
    ----------
    scheme
        ``https`` or ``http``.
    host
        Its name, in ASCII, or an IP address without brackets.
    port
        Its port.
    path
        Path and query.
    """

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str, *, http: bool) -> Self:
        """Read an address.

        Parameters
        ----------
        url
            What somebody wrote.
        http
            Whether plain http is allowed.

        Raises
        ------
        ServiceError
            When it is none, or one that could mean two things.

        Examples
        --------
        >>> Target.parse("https://hooks.example.com/T0/B1?x=1", http=False)
        Target(scheme='https', host='hooks.example.com', port=443, path='/T0/B1?x=1')
        """
        how = "Give one such as https://hooks.example.com/…"
        if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
            raise ServiceError(f"The address has characters that addresses do not have. {how}")
        parts, port = _split(url)
        if parts is None or not parts.hostname or len(parts.hostname) > _LONGEST_NAME:
            raise ServiceError(f"This is no address of the web. {how}")
        if parts.scheme != "https" and not (http and parts.scheme == "http"):
            raise ServiceError(f"Webhooks are sent by https. {how}")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise ServiceError(f"The address may have no user, password or fragment. {how}")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(
            parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path
        )

    @property
    def host_header(self) -> str:
        """How the host is named in a request."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def _split(url: str) -> tuple[SplitResult | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None, None
    return parts, port


@dataclass(frozen=True)
class Fence:
    """What may be reached: everything public, and the networks that are named.

    Parameters
    ----------
    networks
        Networks such as ``10.1.0.0/16``.

    Examples
    --------
    >>> fence = Fence(("10.1.0.0/16",))
    >>> [fence.lets(ip_address(text)) for text in ("1.1.1.1", "10.1.2.3", "10.2.0.1", "::1")]
    [True, True, False, False]
    """

    networks: tuple[str, ...] = ()

    @cached_property
    def _open(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(network) for network in self.networks)

    def lets(self, address: Address) -> bool:
        """Say whether an address may be reached, and every one that hides in it."""
        return all(
            any(one in network for network in self._open) or _is_public(one)
            for one in _within(address)
        )


def _within(address: Address) -> tuple[Address, ...]:
    """Return an address, or those that it stands for where it only wraps them."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _NAT64:
        return (IPv4Address(address.packed[-4:]),)
    if address.sixtofour is not None:
        return (address, address.sixtofour)
    if address.teredo is not None:
        return (address, *address.teredo)
    return (address,)


def _is_public(address: Address) -> bool:
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def resolve(target: Target) -> Sequence[Address]:
    """Return the addresses that a name has now."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreachableError(f"{target.host} has no address.") from None
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def allowed_addresses(
    target: Target, fence: Fence, resolver: Callable[[Target], Sequence[Address]] = resolve
) -> list[Address]:
    """Return the addresses to connect to.

    Raises
    ------
    UnreachableError
        When any address of the name lies inside the fence; which one is not told.
    """
    addresses = list(dict.fromkeys(resolver(target)))
    if not addresses or not all(fence.lets(address) for address in addresses):
        raise UnreachableError(
            f"{target.host} does not lead to the public internet. If it should, name its network "
            "in ASSAY_WEBHOOK_NETWORKS."
        )
    return addresses


def check_literal(target: Target, fence: Fence) -> None:
    """Refuse an address that is a place in the house by itself; names are checked when sent to."""
    try:
        address = ip_address(target.host)
    except ValueError:
        return
    allowed_addresses(target, fence, lambda _: [address])
