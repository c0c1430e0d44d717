"""What becomes of an order by itself: pending, in production, and off in one package or two."""

from collections.abc import Sequence
from datetime import UTC, datetime

from deploy.sandbox.completeful.problems import not_found
from deploy.sandbox.completeful.settings import Settings
from deploy.sandbox.completeful.subscriptions import Subscriptions
from deploy.sandbox.records import Document, Records
from deploy.sandbox.timers import Timers

CARRIERS = (
    ("USPS", "9400111899", "https://tools.usps.com/go/TrackConfirmAction?tLabels="),
    ("UPS", "1Z999AA1", "https://www.ups.com/track?tracknum="),
    ("FedEx", "7712", "https://www.fedex.com/fedextrack/?trknbr="),
)


class Factory:
    """Moves orders on; each step, its webhooks and the next timer are kept together."""

    def __init__(
        self, settings: Settings, records: Records, timers: Timers, subscriptions: Subscriptions
    ) -> None:
        self._settings = settings
        self._records = records
        self._timers = timers
        self._subscriptions = subscriptions
        timers.bind("advance", self._advance)

    def record(self, key: str) -> Document:
        """Give an order's record, or raise Problem."""
        record = self._records.get("order", key)
        if record is None:
            raise not_found("Order")
        return record

    def take(self, record: Document) -> None:
        """Take an order in."""
        record["packages"] = self._pack(record["order"])
        self._next(record, "order:created", "order:updated", seconds=self._settings.step_seconds)

    def cancel(self, record: Document) -> None:
        """Stop an order before anything is made."""
        order = record["order"]
        order |= {"status": "Cancelled", "fulfillment_status": "cancelled"}
        order |= {"payment_status": "voided", "billing_status": "voided"}
        self._next(record, "order:cancelled", "order:updated")

    def correct(self, record: Document, place: int, tracking: Document) -> None:
        """Give a package that has left other tracking, and tell of it as of any change."""
        packages = record["order"]["tracking"]
        if place >= len(packages):
            raise not_found("Package")
        packages[place] |= tracking
        self._next(record, "order:updated")

    async def _advance(self, argument: str) -> None:
        """Take the next step of an order, once: a step that was taken before is let be."""
        key, _, step = argument.rpartition(":")
        record = self.record(key)
        if record["step"] != int(step) or record["order"]["status"] == "Cancelled":
            return
        record["step"] += 1
        if record["step"] == 1:
            self._begin(record)
        else:
            self._ship(record, record["packages"][record["step"] - 2])

    def _begin(self, record: Document) -> None:
        order = record["order"]
        order |= {"status": "In Production", "fulfillment_status": "in_production"}
        order |= {"payment_status": "paid", "billing_status": "product_charged"}
        self._charge(record, "product", order["subtotal"])
        pause = self._settings.step_seconds
        self._next(record, "order:sent-to-production", "order:updated", seconds=pause)

    def _ship(self, record: Document, lines: Sequence[str]) -> None:
        """Send a package off; shipping is charged with the first one."""
        order = record["order"]
        if not order["tracking"]:
            self._charge(record, "shipping", order["shipping_total"])
            order["billing_status"] = "charged"
        packed = [line for line in order["line_items"] if line["id"] in lines]
        for line in packed:
            line["fulfillment_status"] = "shipped"
        number = self._records.next_number("package")
        carrier, prefix, address = CARRIERS[number % len(CARRIERS)]
        tracking_number = f"{prefix}{number:08}"
        shipment = {
            "id": f"shp_{number:08}",
            "carrier": carrier,
            "number": tracking_number,
            "url": f"{address}{tracking_number}",
            "shipped_at": datetime.now(UTC).isoformat(),
            "line_items": [{"id": line["id"], "quantity": line["quantity"]} for line in packed],
        }
        order["tracking"].append(shipment)
        order["shipping_service"] = carrier
        if len(order["tracking"]) < len(record["packages"]):
            order["fulfillment_status"] = "partially_shipped"
            pause: float | None = self._settings.step_seconds
        else:
            order |= {"status": "Shipped", "fulfillment_status": "shipped"}
            pause = None
        topics = ("order:shipment:created", "order:updated")
        self._next(record, *topics, seconds=pause, shipment=shipment)

    def _next(
        self,
        record: Document,
        *topics: str,
        seconds: float | None = None,
        shipment: Document | None = None,
    ) -> None:
        """Keep what an order has become, tell of it, and set the timer of the next step."""
        order = record["order"]
        order["updated_at"] = datetime.now(UTC).isoformat()
        names = {"order_id": "id", "external_order_id": "external_order_id", "shop_id": "shop_id"}
        content = {name: order[of] for name, of in names.items()} | {"order": order}
        with self._records.transaction():
            self._records.put("order", order["id"], record)
            for topic in topics:
                more = {"shipment": shipment} if shipment and "shipment" in topic else {}
                self._subscriptions.tell(topic, content | more, about=order["id"])
            if seconds is not None:
                argument = f"{order['id']}:{record['step']}"
                self._timers.set("advance", argument, seconds=seconds)

    def _charge(self, record: Document, kind: str, amount: float) -> None:
        at = datetime.now(UTC).isoformat()
        charge = {"kind": kind, "amount": amount, "currency": "USD", "at": at}
        record["charges"].append(charge)

    def _pack(self, order: Document) -> list[list[str]]:
        """Divide an order's lines into packages; every second order of several is split."""
        lines = [line["id"] for line in order["line_items"]]
        odd = int(order["order_number"][3:]) % 2 == 1
        wanted = {"never": False, "always": True, "sometimes": odd}[self._settings.split]
        if len(lines) == 1 or not wanted:
            return [lines]
        half = len(lines) // 2
        return [lines[:half], lines[half:]]
