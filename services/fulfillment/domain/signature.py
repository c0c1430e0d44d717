"""Completeful's signature on its webhooks: `X-Capp-Signature: t=<unix>,v1=<hex>`."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

WINDOW_SECONDS = 300
"""How far from now, by our clock, a webhook may have been signed."""
PARTS_MAX = 16


def age_of_signature(
    header: str, body: bytes, secrets: Sequence[str], now: datetime
) -> float | None:
    """Give how many seconds ago any of our secrets signed these very bytes; None if none did.

    Compared in constant time. Several `v1` may be there while a secret is being rotated.
    """
    pairs = [part.strip().partition("=") for part in header.split(",")[:PARTS_MAX]]
    moments = [value for name, _, value in pairs if name == "t"]
    given = [value for name, _, value in pairs if name == "v1"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdecimal()):
        return None
    message = moments[0].encode() + b"." + body
    expected = [hmac.new(key.encode(), message, hashlib.sha256).hexdigest() for key in secrets]
    matches = [
        hmac.compare_digest(good.encode(), value.encode()) for good in expected for value in given
    ]
    return now.timestamp() - int(moments[0][:20]) if any(matches) else None
