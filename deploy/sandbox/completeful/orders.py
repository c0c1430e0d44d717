"""The orders that Completeful has taken: each external id once, for ever.

A record holds the published order and what only the sandbox knows: how often it was asked for, the
print files as they were downloaded, the charges, and the step that production has reached.
"""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from deploy.sandbox.completeful.asked import OrderCreateRequest
from deploy.sandbox.completeful.factory import Factory
from deploy.sandbox.completeful.order_json import order_json
from deploy.sandbox.completeful.pricing import Line, read_lines
from deploy.sandbox.completeful.print_files import PrintFiles
from deploy.sandbox.completeful.problems import Problem, not_found
from deploy.sandbox.completeful.settings import Settings
from deploy.sandbox.faults import Faults
from deploy.sandbox.records import Document, Records

FIRST_NUMBER = 100_001


class Orders:
    """Takes orders, finds them, and cancels them while they are pending."""

    def __init__(
        self,
        settings: Settings,
        records: Records,
        faults: Faults,
        files: PrintFiles,
        factory: Factory,
    ) -> None:
        self._shop = str(settings.shop_id)
        self._plan = settings.plan
        self._records = records
        self._faults = faults
        self._files = files
        self._factory = factory

    async def create(self, asked: OrderCreateRequest, *, dry_run: bool) -> tuple[int, Document]:
        """Take an order whose print files are fit; 200 and the first one when it is a replay."""
        if known := self._replayed(asked.external_order_id, counts=not dry_run):
            return 200, known
        if self._faults.take("refuse", asked.external_order_id or ""):
            raise Problem(
                422,
                "order_refused",
                "The sandbox was told to refuse this order",
                remediation="Send it again.",
            )
        lines = read_lines(asked, self._plan)
        files = await self._inspect(lines)
        # A request for the same order may have been quicker while the files came in.
        if known := self._replayed(asked.external_order_id, counts=not dry_run):
            return 200, known
        number = FIRST_NUMBER if dry_run else self._records.next_number("order", first=FIRST_NUMBER)
        now = datetime.now(UTC).isoformat()
        order = order_json(asked, lines, shop_id=self._shop, number=number, now=now)
        if not dry_run:
            self._keep(order, files)
        return 201, order

    def find(self, key: str) -> Document:
        """Give an order's record by its id, or raise Problem."""
        return self._factory.record(key)

    def find_external(self, external_id: str) -> Document:
        """Give an order's record by its external id, or raise Problem."""
        known = self._records.get("external", external_id)
        if known is None:
            raise not_found("Order")
        return self.find(known["order"])

    def page(self, *, after: int, limit: int) -> list[tuple[int, Document]]:
        """Give orders' records with their places, oldest first."""
        return self._records.page("order", after=after, limit=limit)

    def cancel(self, key: str, *, dry_run: bool) -> Document:
        """Cancel an order that is still pending."""
        record = self.find(key)
        order: Document = record["order"]
        if order["status"] != "Pending":
            raise Problem(
                409,
                "order_not_cancellable",
                f"The order is {order['status']} and can no longer be cancelled",
                remediation="Only pending orders can be cancelled.",
            )
        if not dry_run:
            self._factory.cancel(record)
        return order

    def _replayed(self, external_id: str | None, *, counts: bool) -> Document | None:
        known = self._records.get("external", external_id) if external_id else None
        if known is None:
            return None
        record = self.find(known["order"])
        if counts:
            record["creations"] += 1
            self._records.put("order", known["order"], record)
        order: Document = record["order"]
        return order

    async def _inspect(self, lines: Sequence[Line]) -> list[Document]:
        """Look into every print file; the first that is unfit refuses the order."""
        wanted = [
            (index, number, location, url)
            for index, line in enumerate(lines)
            for number, (location, url) in enumerate(line.files)
        ]
        found = await asyncio.gather(
            *(
                self._files.inspect(
                    url, location, field=f"line_items[{index}].print_files[{number}].url"
                )
                for index, number, location, url in wanted
            )
        )
        return [
            {
                "line_index": index,
                "print_location_id": location["id"],
                "url": url,
                "sha256": file.sha256,
                "bytes": file.size,
            }
            for (index, _, location, url), file in zip(wanted, found, strict=True)
        ]

    def _keep(self, order: Document, files: list[Document]) -> None:
        record = {"order": order, "creations": 1, "files": files, "charges": [], "step": 0}
        external = order["external_order_id"] or f"none-{uuid.uuid4()}"
        with self._records.transaction():
            self._records.put("external", external, {"order": order["id"]})
            self._factory.take(record)
