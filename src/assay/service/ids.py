"""Names of stored things: random, opaque, with a prefix that says what they are.

An identifier that counted up or carried a time would tell a vendor how many things exist and which
of two images came first, and so what is gold.
"""

import base64
import re
import secrets

_SHAPE = re.compile(r"[a-z]{2,4}_[a-z2-7]{24}")


def new_id(prefix: str) -> str:
    """Return a new identifier of 120 random bits.

    Examples
    --------
    >>> identifier = new_id("prj")
    >>> identifier[:4], len(identifier)
    ('prj_', 28)
    """
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(15)).decode('ascii').lower()}"


def is_id(text: str) -> bool:
    """Say whether a text has the shape of an identifier.

    Examples
    --------
    >>> is_id(new_id("usr")), is_id("../etc")
    (True, False)
    """
    return _SHAPE.fullmatch(text) is not None
