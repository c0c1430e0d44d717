"""How Shopify signs a webhook and what it writes on the envelope."""

import base64
import hashlib
import hmac

from deploy.sandbox.deliveries import Sign
from deploy.sandbox.records import Document
from deploy.sandbox.storefront.settings import Settings


def signature(body: bytes, secret: str) -> str:
    """Sign the raw body; nothing else of the request is covered."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signer(settings: Settings) -> Sign:
    """Make the function that writes a delivery's headers."""

    def sign(delivery: Document, body: bytes) -> dict[str, str]:
        return {
            "X-Shopify-Topic": delivery["topic"],
            "X-Shopify-Hmac-Sha256": signature(body, settings.webhook_secret.get_secret_value()),
            "X-Shopify-Shop-Domain": settings.shop_domain,
            "X-Shopify-API-Version": settings.api_version,
            "X-Shopify-Webhook-Id": delivery["id"],
            "X-Shopify-Event-Id": delivery["detail"]["event"],
            "X-Shopify-Triggered-At": delivery["detail"]["triggered_at"],
            "User-Agent": "Shopify-Captain-Hook",
        }

    return sign
