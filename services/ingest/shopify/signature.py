"""Who sent a webhook: base64(HMAC-SHA256(raw body, app secret)), as Shopify documents it."""

import base64
import hmac
from collections.abc import Sequence


def is_signed(body: bytes, signature: bytes, secrets: Sequence[bytes]) -> bool:
    """Tell whether one of the secrets signed these very bytes; in constant time."""
    return any(
        hmac.compare_digest(base64.b64encode(hmac.digest(secret, body, "sha256")), signature)
        for secret in secrets
    )
