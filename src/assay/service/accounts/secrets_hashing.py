"""Secrets that are shown once and stored as digests, and passwords, which are slow to try."""

import hashlib
import secrets
import threading

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assay.service.problems import BusyError, ServiceError

_PASSWORDS = PasswordHash((Argon2Hasher(),))

#: Argon2 takes 64 MiB a time: a storm of sign-ins must not take it all.
_TURNS = threading.BoundedSemaphore(4)
_PATIENCE_S = 10

#: Compared where there is no such account, so that the time does not tell.
_DECOY = _PASSWORDS.hash(secrets.token_urlsafe())


def new_secret(prefix: str) -> str:
    """Return 256 random bits as text; the prefix lets scanners of leaked secrets find it."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def digest(secret: str) -> str:
    """Return what is stored of a random secret; it has too many bits to be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Return what is stored of a password.

    Raises
    ------
    ServiceError
        When it has fewer than 12 characters (NIST SP 800-63B, 3.1.1.2, asks for 8 at least beside a
        second factor and 15 alone).
    """
    if not 12 <= len(password) <= 200:
        raise ServiceError("A password has 12 to 200 characters. Take a few words.")
    with _turn():
        return _PASSWORDS.hash(password)


def check_password(password: str, stored: str | None) -> bool:
    """Say whether a password is the stored one, in the same time whether there is one or not."""
    with _turn():
        if stored is None:
            _PASSWORDS.verify(password, _DECOY)
            return False
        return _PASSWORDS.verify(password, stored)


class _turn:  # noqa: N801 - reads as a function
    """Waits for one of a few turns, and gives up before people do."""

    def __enter__(self) -> None:
        if not _TURNS.acquire(timeout=_PATIENCE_S):
            raise BusyError("Too many people sign in at this moment. Try again in a minute.")

    def __exit__(self, *_: object) -> None:
        _TURNS.release()
