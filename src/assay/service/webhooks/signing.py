"""Signatures by which a receiver knows who sent a webhook and when, as Standard Webhooks has them.

The signed content is the message's id, the time in seconds, and the body, joined by dots; its
HMAC-SHA256 goes into a header in base64 behind ``v1,``.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

_PREFIX = "whsec_"


def new_secret() -> str:
    """Return a new secret of 256 random bits."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def signature(secret: str, identifier: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message.

    Examples
    --------
    >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> body = b'{"test": 2432232314}'
    >>> signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    content = f"{identifier}.{timestamp}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")


def signed_headers(secret: str, identifier: str, moment: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a message."""
    timestamp = int(moment.timestamp())
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, identifier, timestamp, body),
    }
