"""The store itself: it takes orders, keeps them, changes them, and tells the world by webhook."""

import json
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from deploy.sandbox.faults import Faults
from deploy.sandbox.frame import Parts
from deploy.sandbox.records import Document
from deploy.sandbox.storefront import fulfilling
from deploy.sandbox.storefront.fulfilling import Refused
from deploy.sandbox.storefront.order_json import order_json
from deploy.sandbox.storefront.purchases import PRODUCTS, Edit, Line, Product, Purchase
from deploy.sandbox.storefront.settings import Settings

BEYOND_FLOAT = 2**53
FIRST_NUMBER = 1001
STORE_TIME = timezone(timedelta(hours=-5))


class Shop:
    """The store's orders; each change and the webhooks it causes are kept together."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self._settings = settings
        self._records = parts.records
        self._deliveries = parts.deliveries
        self._faults: Faults = parts.faults

    def set_products(self, products: Sequence[Product]) -> None:
        """Replace what the store sells."""
        listed = PRODUCTS.dump_python(tuple(products), mode="json")
        self._records.put("products", "all", {"products": listed})

    def products(self) -> tuple[Product, ...]:
        """Give what the store sells."""
        kept = self._records.get("products", "all")
        return PRODUCTS.validate_python(kept["products"]) if kept else ()

    def place(self, purchases: Sequence[Purchase]) -> list[Document]:
        """Take orders; `orders/create` and `orders/paid` of one order share an event id."""
        products = self.products()
        sold = {
            variant.id: (product, variant) for product in products for variant in product.variants
        }
        by_others = frozenset(each.product_id for each in products if each.fulfilled_by_others)
        placed = []
        for purchase in purchases:
            with self._records.transaction():
                number = self._records.next_number("order", first=FIRST_NUMBER)
                order = order_json(
                    self._with_photos(purchase),
                    sold,
                    number=number,
                    now=_now(),
                    next_id=self._next_id,
                )
                opened = fulfilling.open_fulfillment_orders(order, by_others, self._next_id)
                record = {"order": order, "fulfillment_orders": opened}
                self._announce_new(record, paid=purchase.paid)
            placed.append(order)
        return placed

    def record(self, order_id: int) -> Document | None:
        """Give an order's record by its number in ids."""
        return self._records.get("order", str(order_id))

    def records(self) -> list[Document]:
        """Give every order's record, oldest first."""
        return self._records.all("order")

    def page(
        self, *, since: float, after: tuple[float, int] | None, limit: int, by_update: bool
    ) -> list[tuple[float, int, Document]]:
        """Give orders changed after a time, in order of change or of placing."""
        updated, position = after or (-1.0, 0)
        rows = self._records.execute(
            """
            SELECT CASE WHEN ?1 THEN updated ELSE 0.0 END AS rank, position, body
            FROM document
            WHERE kind = 'order' AND updated >= ?2 AND (rank, position) > (?3, ?4)
            ORDER BY rank, position
            LIMIT ?5
            """,
            by_update,
            since,
            updated,
            position,
            limit,
        )
        return [(when, place, json.loads(body)) for when, place, body in rows]

    def cancel(self, record: Document) -> None:
        """Cancel an order, and with it whatever has not been sent off."""
        stamp = _now().isoformat(timespec="seconds")
        record["order"] |= {"cancelled_at": stamp, "cancel_reason": "customer", "updated_at": stamp}
        for fulfillment_order in record["fulfillment_orders"]:
            if fulfilling.status_of(fulfillment_order) != "CLOSED":
                fulfillment_order["cancelled"] = True
        self._keep(record, "orders/cancelled", "orders/updated")

    def edit(self, record: Document, edit: Edit) -> None:
        """Change what the merchant may change in an order."""
        changes = edit.model_dump(exclude_unset=True)
        address = changes.pop("shipping_address", None)
        if address is not None:
            record["order"]["shipping_address"] = (
                record["order"]["shipping_address"] or {}
            ) | address
        stamp = _now().isoformat(timespec="seconds")
        record["order"] |= changes | {"updated_at": stamp}
        self._keep(record, "orders/updated")

    def fulfill(
        self, wanted: Sequence[Document], tracking: Document, *, notify: bool
    ) -> tuple[Document, Document]:
        """Send lines off as one package; gives the order's record and the fulfillment."""
        if not wanted:
            raise Refused("Line items by fulfillment order can't be blank.", "fulfillment")
        first = wanted[0]["fulfillmentOrderId"]
        order_id = self._records.get("fulfillment_order", str(first))
        record = self.record(order_id["order"]) if order_id else None
        if record is None:
            raise Refused("Fulfillment order does not exist.", "fulfillment")
        fulfillment = fulfilling.fulfill(record, wanted, fulfillment_id=self._next_id(), now=_now())
        record.setdefault("notified", {})[str(fulfillment["id"])] = notify
        fulfilling.track(fulfillment, tracking)
        key = str(fulfillment["id"])
        with self._records.transaction():
            self._records.put("fulfillment", key, {"order": record["order"]["id"]})
            self._keep(record, "orders/updated")
        return record, fulfillment

    def update_tracking(self, fulfillment_id: int, tracking: Document) -> tuple[Document, Document]:
        """Correct the tracking of a fulfillment."""
        kept = self._records.get("fulfillment", str(fulfillment_id))
        record = self.record(kept["order"]) if kept else None
        if record is None:
            raise Refused("Fulfillment does not exist.", "fulfillmentId")
        [fulfillment] = [
            each for each in record["order"]["fulfillments"] if each["id"] == fulfillment_id
        ]
        stamp = _now().isoformat(timespec="seconds")
        fulfilling.track(fulfillment, tracking)
        fulfillment["updated_at"] = record["order"]["updated_at"] = stamp
        self._keep(record, "orders/updated")
        return record, fulfillment

    def _announce_new(self, record: Document, *, paid: bool) -> None:
        order = record["order"]
        for each in record["fulfillment_orders"]:
            self._records.put("fulfillment_order", str(each["id"]), {"order": order["id"]})
        event, pause = str(uuid.uuid4()), self._settings.paid_after_seconds
        late = self._faults.take("reorder", "orders/create") is not None
        self._tell(record, "orders/create", event=event, delay=pause if late else 0)
        if paid:
            order["financial_status"] = "paid"
            self._tell(record, "orders/paid", event=event, delay=0 if late else pause)
        self._records.put("order", str(order["id"]), record)

    def _keep(self, record: Document, *topics: str) -> None:
        event = str(uuid.uuid4())
        with self._records.transaction():
            self._records.put("order", str(record["order"]["id"]), record)
            for topic in topics:
                self._tell(record, topic, event=event)

    def _tell(self, record: Document, topic: str, *, event: str, delay: float = 0) -> None:
        if topic not in self._settings.webhook_topics:
            return
        detail = {"event": event, "triggered_at": datetime.now(UTC).isoformat()}
        self._deliveries.send(
            topic,
            json.dumps(record["order"], ensure_ascii=False, separators=(",", ":")),
            url=self._settings.webhook_url,
            about=str(record["order"]["id"]),
            detail=detail,
            delay=delay,
        )

    def _with_photos(self, purchase: Purchase) -> Purchase:
        """Put the addresses of our photos where the shopper uploaded one."""
        lines = [self._with_photo(line) for line in purchase.line_items]
        return purchase.model_copy(update={"line_items": tuple(lines)})

    def _with_photo(self, line: Line) -> Line:
        base = self._settings.public_url.rstrip("/")
        properties = [
            each.model_copy(update={"value": f"{base}/photos/{each.value[6:]}.jpg"})
            if each.value.startswith("photo:")
            else each
            for each in line.properties
        ]
        return line.model_copy(update={"properties": tuple(properties)})

    def _next_id(self) -> int:
        """Give an id beyond what a float can hold, and never one of an earlier database."""
        return self._records.next_number("id", first=BEYOND_FLOAT + int(time.time() * 1000) * 1000)


def _now() -> datetime:
    return datetime.now(STORE_TIME)
