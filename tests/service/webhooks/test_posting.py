"""One POST: to the address that was checked, by a certificate that is trusted, within its time."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from assay.service.webhooks.addresses import Target, UnreachableError, resolve
from assay.service.webhooks.posting import post
from service.webhooks.receiver import Receiver

HERE = [ip_address("127.0.0.1")]


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[HTTPServer]:
    """A receiver for localhost by https, whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, secret = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)

    class Quiet(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """A handshake that fails is what is tested."""

    server = Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_name_is_not_resolved_again() -> None:
    with Receiver() as receiver:
        target = Target("http", "nowhere.invalid", receiver.port, "/x")
        assert post(target, HERE, headers={}, body=b"{}") == 200
        [letter] = receiver.letters
        assert letter.headers["host"] == f"nowhere.invalid:{receiver.port}"


def test_a_certificate_that_nobody_vouches_for_is_refused(secured: HTTPServer) -> None:
    target = Target("https", "localhost", int(secured.server_address[1]), "/")
    with pytest.raises(UnreachableError, match="certificate of localhost is not trusted"):
        post(target, HERE, headers={}, body=b"{}")


def test_a_port_at_which_nobody_listens_is_no_fault_of_ours() -> None:
    with Receiver() as receiver:
        port = receiver.port
    with pytest.raises(UnreachableError, match="did not answer"):
        post(Target("http", "localhost", port, "/"), HERE, headers={}, body=b"{}")


def test_a_receiver_that_trickles_is_cut_off() -> None:
    with Receiver(trickles=True) as slow:
        target = Target.parse(slow.url, http=True)
        begun = datetime.now(UTC)
        with pytest.raises(UnreachableError, match=r"did not answer within 0\.5 s"):
            post(target, resolve(target), headers={}, body=b"{}", seconds=0.5)
        assert datetime.now(UTC) - begun < timedelta(seconds=5)


def test_an_answer_is_a_status_and_nothing_else() -> None:
    with Receiver(statuses=[302]) as receiver:
        target = Target.parse(receiver.url, http=True)
        assert post(target, HERE, headers={}, body=b"{}") == 302
        assert len(receiver.letters) == 1
