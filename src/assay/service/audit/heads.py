r"""Signed tree heads: what the log was, in a note that anybody can keep and check.

A head is a checkpoint in the form that transparency logs share (C2SP tlog-checkpoint, a C2SP
signed note), so that other people's tools read it: the log's name, its size, its root in base64, a
line with the time, an empty line, and an Ed25519 signature (RFC 8032).  The public key is the one
line of text that those tools take.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assay.errors import AuditError
from assay.service.audit.chain import write_time

#: Marks an Ed25519 key in the form of signed notes.
_ED25519 = b"\x01"
#: Begins the line of a signature.
_MARK = "— "


@dataclass(frozen=True, slots=True)
class Head:
    """What a log was at a time.

    Parameters
    ----------
    log
        The log's name, without spaces: heads of another log do not pass for this one's.
    size
        Number of entries.
    root
        Digest of the Merkle tree of their digests.
    time
        When it was signed, as text; the signer's word, no proof.
    """

    log: str
    size: int
    root: bytes
    time: str

    @property
    def text(self) -> str:
        """Return the lines that are signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.log}\n{self.size}\n{root}\ntime {self.time}\n"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that checks heads.

    Parameters
    ----------
    log
        Name of the log whose heads it signs.
    raw
        The 32 bytes of RFC 8032.

    Examples
    --------
    >>> key = SigningKey.generate("assay.example").public
    >>> PublicKey.parse(key.text) == key
    True
    """

    log: str
    raw: bytes

    @property
    def mark(self) -> bytes:
        """Return the four bytes by which a signature names the key."""
        return sha256(self.log.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    @property
    def text(self) -> str:
        """Return the key as one line: name, mark and bytes, joined by plus signs."""
        return f"{self.log}+{self.mark.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        """Return the key that a line holds.

        Raises
        ------
        AuditError
            When it is not the public key of a log.
        """
        try:
            log, mark, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise AuditError(_NO_KEY) from error
        key = cls(log, raw[1:])
        if raw[:1] != _ED25519 or len(raw) != 33 or key.mark.hex() != mark:
            raise AuditError(_NO_KEY)
        return key

    def check(self, note: str) -> Head:
        """Return the head that a note holds, once its signature is checked.

        Raises
        ------
        AuditError
            When the note is no head of this log, or this key did not sign it.
        """
        text, _, signatures = note.partition("\n\n")
        head = _read(text)
        if head.log != self.log:
            raise AuditError(
                f"The head is of the log {head.log!r}, the key of {self.log!r}. Give the key of "
                "the same log."
            )
        if not any(self._signed(head, line) for line in signatures.splitlines()):
            raise AuditError(
                f"The head of size {head.size} is not signed by the key of {self.log!r}. "
                "Somebody else wrote it, or it was changed."
            )
        return head

    def _signed(self, head: Head, line: str) -> bool:
        name, _, encoded = line.removeprefix(_MARK).rpartition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
            if not line.startswith(_MARK) or name != self.log or raw[:4] != self.mark:
                return False
            Ed25519PublicKey.from_public_bytes(self.raw).verify(raw[4:], head.text.encode())
        except (ValueError, InvalidSignature):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The secret that signs heads.

    Parameters
    ----------
    log
        Name of the log, without spaces or plus signs.
    raw
        The 32 secret bytes; never shown.
    """

    log: str
    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.log or any(mark.isspace() or mark == "+" for mark in self.log):
            raise AuditError(
                f"The log's name {self.log!r} is empty, or has spaces or plus signs. "
                "Take a host's name."
            )

    @classmethod
    def generate(cls, log: str) -> "SigningKey":
        """Return a new key."""
        return cls(log, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Return the key that :attr:`text` wrote.

        Raises
        ------
        AuditError
            When it did not.
        """
        log, _, encoded = text.strip().partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise AuditError(_NO_SECRET) from error
        if len(raw) != 32:
            raise AuditError(_NO_SECRET)
        return cls(log, raw)

    @property
    def text(self) -> str:
        """Return the secret as one line, to keep in a file that only the server reads."""
        return f"{self.log} {base64.b64encode(self.raw).decode()}"

    @property
    def public(self) -> PublicKey:
        """Return the key to give away."""
        return PublicKey(self.log, self._key.public_key().public_bytes_raw())

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.raw)

    def sign(self, size: int, root: bytes, time: datetime) -> str:
        """Return the signed note of a head."""
        text = Head(self.log, size, root, write_time(time)).text
        signature = base64.b64encode(self.public.mark + self._key.sign(text.encode())).decode()
        return f"{text}\n{_MARK}{self.log} {signature}\n"


def _read(text: str) -> Head:
    try:
        log, size, root, time = text.splitlines()
        head = Head(log, int(size), base64.b64decode(root, validate=True), time[5:])
    except ValueError as error:
        raise AuditError(_NO_HEAD) from error
    if head.text != text + "\n" or len(head.root) != 32 or head.size < 0:
        raise AuditError(_NO_HEAD)
    return head


_NO_KEY = (
    "The text is no public key of an audit log. Give the line that `assay audit key` prints: "
    "NAME+MARK+BASE64."
)
_NO_SECRET = "The text is no signing key of an audit log. Give the file that `assay serve` made."  # noqa: S105 - says what is wrong
_NO_HEAD = "The text is no signed head of an audit log. Give the anchors as the server wrote them."
