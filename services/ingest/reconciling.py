"""Asking each shop for its orders, to find those that no webhook has told of.

Shopify promises no delivery, and deletes a subscription whose deliveries have failed for hours.
What was missed goes through the same door as webhooks, as the update that it is.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Protocol

import structlog
from prometheus_client import Counter
from pydantic_core import to_json

from services.ingest import shopify
from services.ingest.domain import Delivery, Reading, is_missed, order_id_of
from services.ingest.settings import Settings
from services.ingest.shopify.admin import OrdersOfShop
from services.ingest.shopify.answers import Order
from services.ingest.store import reconciliation
from shared.database import Database
from shared.front import Answer
from shared.metrics import Metrics
from shared.outside import Refused, Unavailable

log = structlog.get_logger()

OVERLAP = timedelta(minutes=10)
"""The store finds orders by an index, which may learn of a change some time after it."""
LEASE = timedelta(minutes=2)
"""How long one page of orders may take until another process asks the shop as well."""
POLL_SECONDS_MAX = 15.0


class Keep(Protocol):
    """Keeps what was read of a delivery, and answers once that is committed."""

    def __call__(self, reading: Reading, answer: Callable[[Answer], None]) -> None:
        """Answer 200 when it is kept."""


class Reconciler:
    """Asks one shop after another, each as often as is set."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        metrics: Metrics,
        shops: Mapping[str, OrdersOfShop],
        keep: Keep,
    ) -> None:
        self.poll_seconds = min(settings.reconcile_seconds, POLL_SECONDS_MAX)
        self._database = database
        self._shops = shops
        self._keep = keep
        self._every = timedelta(seconds=settings.reconcile_seconds)
        self._settled = timedelta(seconds=settings.webhook_due_seconds)
        self._oldest_news = timedelta(days=settings.news_days_max)
        self._are_entered = False
        self._troubles: dict[str, str] = {}
        self._missed = Counter(
            "platen_webhooks_missed",
            "News that no webhook had brought when the store was asked.",
            registry=metrics.registry,
        )

    async def do_next(self) -> int:
        """Ask a shop whose turn it is; 0 when there is none."""
        async with self._database.transaction() as transaction:
            if not self._are_entered:
                shops = list(self._shops)
                await reconciliation.enter_shops(transaction, shops, OVERLAP, self._every)
            found = await reconciliation.take_shop(transaction, list(self._shops), LEASE)
        self._are_entered = True
        if found is None:
            return 0
        shop, read_until = found
        try:
            await self._note(shop, await self._read(shop, read_until - OVERLAP), self._every)
        except (Unavailable, Refused) as reason:
            self._troubles[shop] = str(reason)
            log.warning("store_not_asked", shop=shop, reason=str(reason))
            wait = reason.retry_after if isinstance(reason, Unavailable) else None
            await self._note(shop, None, timedelta(seconds=wait) if wait else self._every)
        else:
            self._troubles.pop(shop, None)
        return 1

    async def state(self) -> str:
        """Give "ok", or why shops could not be asked the last time."""
        return "; ".join(f"{shop}: {why}" for shop, why in self._troubles.items()) or "ok"

    async def _read(self, shop: str, since: datetime) -> datetime:
        """Take in what was missed; give the moment up to which all orders are read now.

        What has changed only now is left alone: its webhook may still be on its way.
        """
        until = datetime.now(UTC) - self._settled
        async with aclosing(self._shops[shop].changed_since(since)) as pages:
            async for page in pages:
                orders = [order for order in page if order.updated_at <= until]
                await self._take_in(shop, orders)
                if len(orders) < len(page):
                    break
                if orders:
                    await self._note(shop, orders[-1].updated_at, LEASE)
        return until

    async def _take_in(self, shop: str, orders: Sequence[Order]) -> None:
        """Keep what is news of these orders, and what cannot be read of them."""
        order_ids = [order_id_of(shop, str(order.legacy_resource_id)) for order in orders]
        async with self._database.statement() as statement:
            known = await reconciliation.find_known(statement, order_ids)
        missed = []
        for order_id, order in zip(order_ids, orders, strict=True):
            reading = shopify.read(as_delivery(shop, order))
            if reading.problem or is_missed(known[order_id], reading, self._oldest_news):
                missed.append(reading)
        if missed:
            await asyncio.gather(*[self._kept(reading) for reading in missed])
            self._missed.inc(len(missed))
            log.warning("webhooks_missed", shop=shop, orders=len(missed))

    async def _kept(self, reading: Reading) -> None:
        """Wait until the reading is committed; raises Unavailable when it is not."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def settle(answer: Answer) -> None:
            if not answered.done():
                answered.set_result(answer)

        self._keep(reading, settle)
        answer = await answered
        if answer.status != HTTPStatus.OK:
            raise Unavailable(f"what the store says could not be kept (HTTP {answer.status})")

    async def _note(self, shop: str, read_until: datetime | None, again_in: timedelta) -> None:
        async with self._database.transaction() as transaction:
            await reconciliation.note(transaction, shop, read_until, again_in)


def as_delivery(shop: str, order: Order) -> Delivery:
    """Write the order as the webhook of its update; the same answer is the same delivery."""
    body = to_json(order.as_webhook())
    return Delivery(
        shop=shop,
        topic="orders/updated",
        webhook_id=f"asked-for-{hashlib.sha256(body).hexdigest()}",
        event_id=None,
        body=body,
        received_at=datetime.now(UTC),
    )
