"""Webhook subscriptions, one row and one secret per topic, and how deliveries are signed."""

import hashlib
import hmac
import json
import secrets
import time
import uuid
from collections.abc import Callable

from deploy.sandbox.completeful.problems import Problem, not_found
from deploy.sandbox.completeful.settings import Settings
from deploy.sandbox.deliveries import Deliveries, Sign
from deploy.sandbox.records import Document, Records

ORDER_TOPICS = (
    "order:created",
    "order:updated",
    "order:sent-to-production",
    "order:cancelled",
    "order:refunded",
    "order:shipment:created",
)
TOPICS = (
    *ORDER_TOPICS,
    "catalog:product:created",
    "catalog:product:updated",
    "catalog:product:price_changed",
    "catalog:product:availability_changed",
    "product:created",
    "product:updated",
    "product:deleted",
    "product:publish:started",
    "product:publish:succeeded",
    "product:publish:failed",
    "shop:disconnected",
    "ping",
)


def signature(body: bytes, secret: str, at: int) -> str:
    """Sign the time and the raw body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def signer(find: Callable[[str], Document | None]) -> Sign:
    """Make the function that signs a delivery, with the secret its subscription has by then."""

    def sign(delivery: Document, body: bytes) -> dict[str, str]:
        subscription = find(delivery["detail"]["webhook"])
        secret = subscription["secret"] if subscription else ""
        return {
            "X-Capp-Signature": signature(body, secret, int(time.time())),
            "X-Capp-Topic": delivery["topic"],
            "X-Capp-Delivery-Id": delivery["id"],
        }

    return sign


class Subscriptions:
    """Who is told of what."""

    def __init__(self, settings: Settings, records: Records, deliveries: Deliveries) -> None:
        self._settings = settings
        self._records = records
        self._deliveries = deliveries

    def subscribe_by_settings(self) -> None:
        """Subscribe every topic of orders as the settings say, once however often it starts."""
        url, secret = self._settings.subscribe_url, self._settings.subscribe_secret
        if url is None or secret is None:
            return
        for topic in ORDER_TOPICS:
            key = str(uuid.uuid5(self._settings.shop_id, topic))
            self._put(key, url, topic, secret.get_secret_value())

    def add(self, url: str, topic: str, secret: str | None) -> Document:
        """Subscribe a topic."""
        if topic not in TOPICS:
            raise Problem(
                422, "validation_error", "Unknown topic", field="topic", allowed_values=list(TOPICS)
            )
        return self._put(str(uuid.uuid4()), url, topic, secret or f"whsec_{secrets.token_hex(24)}")

    def all(self) -> list[Document]:
        """Give every subscription, oldest first."""
        return self._records.all("webhook")

    def find(self, key: str) -> Document:
        """Give a subscription, or raise Problem."""
        kept = self._records.get("webhook", key)
        if kept is None:
            raise not_found("Webhook")
        return kept

    def change(self, key: str, changes: Document) -> Document:
        """Change a subscription."""
        kept = self.find(key) | changes
        self._records.put("webhook", key, kept)
        return kept

    def delete(self, key: str) -> None:
        """End a subscription."""
        self.find(key)
        self._records.delete("webhook", key)

    def tell(self, topic: str, content: Document, *, about: str) -> None:
        """Send an event to whoever has subscribed its topic."""
        for each in self.all():
            if each["topic"] == topic and each["status"] == "active":
                self.send(each, topic, content, about=about)

    def send(self, to: Document, topic: str, content: Document, *, about: str) -> Document:
        """Send an event to one subscription."""
        envelope = {
            "id": f"evt_{uuid.uuid4().hex}",
            "type": topic,
            "created": int(time.time()),
            "data": content,
        }
        body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
        detail = {"webhook": to["id"]}
        return self._deliveries.send(topic, body, url=to["url"], about=about, detail=detail)

    def _put(self, key: str, url: str, topic: str, secret: str) -> Document:
        subscription = {
            "id": key,
            "shop_id": str(self._settings.shop_id),
            "url": url,
            "topic": topic,
            "status": "active",
            "secret": secret,
        }
        self._records.put("webhook", key, subscription)
        return subscription


def shown(subscription: Document, *, with_secret: bool = False) -> Document:
    """Show a subscription; its secret is told only when it is made."""
    secret = subscription["secret"]
    return subscription | {"secret": secret if with_secret else None, "secret_last4": secret[-4:]}
