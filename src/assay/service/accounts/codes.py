"""Codes of a second factor: by time (RFC 6238), or one of ten that are kept for a bad day."""

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from assay.service.accounts.secrets_hashing import digest
from assay.service.storage.sealing import Keyring, WrappedKey

#: Seconds for which a code holds, and codes before and after that are taken too: clocks differ.
STEP_S = 30
_DRIFT = 1

_RECOVERY_CODES = 10


def new_totp_secret() -> bytes:
    """Return 160 random bits, as RFC 4226 asks for."""
    return secrets.token_bytes(20)


def shown(secret: bytes) -> str:
    """Return a secret as people type it.

    Examples
    --------
    >>> shown(b"12345678901234567890")
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    """
    return base64.b32encode(secret).decode("ascii")


def address(secret: bytes, email: str) -> str:
    """Return what a phone reads from a picture: an ``otpauth`` address."""
    return _totp(secret).get_provisioning_uri(email, "Assay")


def code_at(secret: bytes, moment: datetime) -> str:
    """Return the code of a moment.

    Examples
    --------
    The test vector of RFC 6238, appendix B, cut to six digits:

    >>> from datetime import UTC
    >>> code_at(b"12345678901234567890", datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC))
    '081804'
    """
    return _totp(secret).generate(int(moment.timestamp())).decode("ascii")


def step_of(secret: bytes, code: str, moment: datetime, *, after: int) -> int | None:
    """Return the step of time whose code was given, or None.

    Parameters
    ----------
    after
        The last step whose code was used: neither it nor an older one is taken again.
    """
    present = int(moment.timestamp()) // STEP_S
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        right = _totp(secret).generate(step * STEP_S)
        if step > after and hmac.compare_digest(right, code.strip().encode()):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return ten codes of 80 random bits, in groups that people can read."""
    return [_grouped(secrets.token_bytes(10)) for _ in range(_RECOVERY_CODES)]


def without(hashes: list[str], code: str) -> list[str] | None:
    """Return what is left of recovery codes when one of them is used, or None.

    Examples
    --------
    >>> codes = new_recovery_codes()
    >>> stored = [recovery_hash(code) for code in codes]
    >>> len(without(stored, codes[3].upper())), without(stored, "guess")
    (9, None)
    """
    used = recovery_hash(code)
    return [each for each in hashes if each != used] if used in hashes else None


def recovery_hash(code: str) -> str:
    """Return what is stored of a recovery code, however it is typed."""
    return digest("".join(code.lower().split()).replace("-", ""))


def seal(keyring: Keyring, secret: bytes, user: str) -> bytes:
    """Return a secret as it is stored: only a master key opens it, and only for this person."""
    return _stored(keyring.wrap(secret, _name(user)))


def unseal(keyring: Keyring, stored: bytes, user: str) -> bytes:
    """Return a stored secret."""
    return keyring.unwrap(_wrapped(stored), _name(user))


def reseal(keyring: Keyring, stored: bytes, user: str) -> bytes:
    """Return a stored secret under the current master key; as it is where it already is."""
    return _stored(keyring.rewrap(_wrapped(stored), _name(user)))


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what every phone knows; HMAC does not lean on its resistance to collisions.
    return TOTP(secret, 6, SHA1(), STEP_S)  # noqa: S303 - what authenticator apps take (RFC 6238)


def _grouped(random: bytes) -> str:
    text = base64.b32encode(random).decode("ascii").lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _name(user: str) -> str:
    return f"totp {user}"


def _stored(wrapped: WrappedKey) -> bytes:
    return wrapped.master.encode() + b"\n" + wrapped.sealed


def _wrapped(stored: bytes) -> WrappedKey:
    master, _, sealed = stored.partition(b"\n")
    return WrappedKey(master.decode(), sealed)
