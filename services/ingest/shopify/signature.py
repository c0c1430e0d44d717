"""Who sent a webhook: base64(HMAC-SHA256(raw body, app secret)), as Shopify documents it."""

import base64
import hashlib
import hmac
from collections.abc import Sequence


def is_signed(body: bytes, signature: str, secrets: Sequence[bytes]) -> bool:
    """Tell whether one of the secrets signed these very bytes; in constant time."""
    given = signature.encode()
    return any(
        hmac.compare_digest(
            base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()), given
        )
        for secret in secrets
    )
