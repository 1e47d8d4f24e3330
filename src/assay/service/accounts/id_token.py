"""What an ID token says, once everything about it is as it must be (OpenID Connect Core, 3.1.3.7).

The signature is checked by joserfc and the claims by Authlib; which algorithms and keys may be used
is decided here, and never by the token.
"""

from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import base64_to_int

#: Signatures by the provider's private key alone: none, and a secret that both know, prove nothing.
ALGORITHMS = tuple(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512))

#: Clocks differ by so much.
_LEEWAY_S = 60

#: RSA keys are neither easy to break nor long to compute with.
_RSA_BITS = range(2048, 8193)

#: Subjects have at most so many characters (OpenID Connect Core, 2).
_LONGEST_SUBJECT = 255


class UntrustedTokenError(Exception):
    """A token that proves nothing; the message says why, for whoever runs the service."""


class UnknownKeyError(UntrustedTokenError):
    """A token that is signed by a key that is not among those given."""


def signing_keys(document: Mapping[str, Any]) -> KeySet:
    """Return the keys of a provider that tokens may be signed by; others are left out.

    Examples
    --------
    >>> len(signing_keys({"keys": [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA"}, 7]}).keys)
    0
    """
    entries = document.get("keys")
    found = map(_key, entries) if isinstance(entries, list) else ()
    return KeySet([key for key in found if key is not None])


def read_id_token(
    text: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str | None,
    now: int,
) -> Mapping[str, Any]:
    """Return what a token says.

    Parameters
    ----------
    text
        The token.
    keys
        Keys of the provider.
    issuer
        Who must have issued it.
    client_id
        For whom it must have been issued.
    nonce
        What makes it the answer to our question.
    access_token
        What it was sent with; the token may vouch for it.
    now
        Seconds since 1970.

    Raises
    ------
    UnknownKeyError
        When none of the keys is named by it.
    UntrustedTokenError
        When anything else is not as it must be.
    """
    # Providers put into headers what they like; what we do not know is not used.
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        token = jwt.decode(text, keys, registry=registry)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client_id},
                "sub": {"essential": True},
            },
            params={"nonce": nonce, "client_id": client_id, "access_token": access_token},
        )
        claims.validate(now=now, leeway=_LEEWAY_S)
    except InvalidKeyIdError as error:
        raise UnknownKeyError(str(error)) from None
    except (JoseError, ValueError, TypeError) as error:
        raise UntrustedTokenError(f"{type(error).__name__}: {error}") from None
    subject = token.claims["sub"]
    if not (0 < len(subject) <= _LONGEST_SUBJECT and subject.isprintable()):
        raise UntrustedTokenError("The subject has not 1 to 255 characters that can be read.")
    return token.claims


def _key(entry: object) -> Key | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    try:
        match entry.get("kty"):
            case "RSA":
                numbers = RSAPublicNumbers(base64_to_int(entry["e"]), base64_to_int(entry["n"]))
                if numbers.n.bit_length() not in _RSA_BITS:
                    return None
                return RSAKey.import_key(entry)
            case "EC":
                return ECKey.import_key(entry)
            case _:
                return None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
