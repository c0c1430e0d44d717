"""Asking each shop for its orders, to find those that no webhook has told of.

Shopify promises no delivery, and deletes a subscription whose deliveries have failed for hours.
What was missed goes through the same door as webhooks, as the update that it is.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Protocol

import structlog
from prometheus_client import Counter
from pydantic_core import to_json

from services.ingest import shopify
from services.ingest.domain import ASKED_FOR, Delivery, Reading, learn, order_id_of
from services.ingest.settings import Settings
from services.ingest.shopify.admin import OrdersOfShop
from services.ingest.shopify.answers import Order
from services.ingest.store import reconciliation
from shared.database import Database
from shared.database_errors import PASSING, UNPREPARED
from shared.front import Answer
from shared.health import CHECK_SECONDS
from shared.outside import Refused, Unavailable

log = structlog.get_logger()

OVERLAP = timedelta(minutes=10)
"""The store finds orders by an index, which may learn of a change some time after it."""
LEASE = timedelta(minutes=2)
"""How long one page of orders may take until another process asks the shop as well."""
POLL_SECONDS_MAX = 15.0
TOPIC = "orders/updated"
UNEXPECTED = "Platen met an error of its own; its log tells more"


class Keep(Protocol):
    """Keeps what was read of a delivery, and answers once that is committed."""

    def __call__(self, reading: Reading, answer: Callable[[Answer], None]) -> None:
        """Answer 200 when it is kept."""


class Reconciler:
    """Asks one shop, as often as is set; a shop that is slow or away keeps no other waiting."""

    def __init__(
        self,
        shop: str,
        orders: OrdersOfShop,
        settings: Settings,
        *,
        database: Database,
        missed: Counter,
        keep: Keep,
    ) -> None:
        self.poll_seconds = min(settings.reconcile_seconds, POLL_SECONDS_MAX)
        self._shop = shop
        self._orders = orders
        self._database = database
        self._missed = missed
        self._keep = keep
        self._every = timedelta(seconds=settings.reconcile_seconds)
        self._settled = timedelta(seconds=settings.webhook_due_seconds)
        self._oldest_news = timedelta(days=settings.news_days_max)
        self._is_entered = False

    async def do_next(self) -> int:
        """Ask the shop if it is its turn; 0 when it is not."""
        async with self._database.transaction() as transaction:
            if not self._is_entered:
                await reconciliation.enter_shop(transaction, self._shop, OVERLAP, self._every)
            read_until = await reconciliation.take_shop(transaction, self._shop, LEASE)
        self._is_entered = True
        if read_until is None:
            return 0
        try:
            # The store counts whole seconds.
            newest = await self._read((read_until - OVERLAP).replace(microsecond=0))
        except (Unavailable, Refused) as reason:
            log.warning("store_not_asked", shop=self._shop, reason=str(reason))
            wait = reason.retry_after if isinstance(reason, Unavailable) else None
            again_in = timedelta(seconds=wait) if wait else self._every
            await self._note(None, again_in, trouble=str(reason))
        else:
            await self._note(newest, self._every)
        return 1

    async def _read(self, since: datetime) -> datetime:
        """Take in what was missed; give the newest change that is read, by the store's clock.

        What has changed only now is left alone: its webhook may still be on its way. So is what has
        not changed since: a store that does not understand its filter gives all that it ever sold.
        """
        until = datetime.now(UTC) - self._settled
        newest = since
        async with aclosing(self._orders.changed_since(since)) as pages:
            async for page in pages:
                orders = [order for order in page if since <= order.updated_at <= until]
                await self._take_in(orders)
                moments = [order.updated_at for order in orders]
                # One that is newer than its place must not hide what comes after it.
                await self._note(min(moments, default=since), LEASE)
                newest = max([newest, *moments])
        return newest

    async def _take_in(self, orders: Sequence[Order]) -> None:
        """Keep what is news of these orders, and what cannot be read of them."""
        readings = [shopify.read(as_delivery(self._shop, order)) for order in orders]
        order_ids = [order_id_of(self._shop, str(order.legacy_resource_id)) for order in orders]
        names = [reading.delivery.webhook_id for reading in readings]
        async with self._database.transaction() as transaction:
            known = await reconciliation.find_known(transaction, order_ids)
            kept = await reconciliation.find_kept(transaction, self._shop, TOPIC, names)
        taken, missed = [], 0
        for order_id, reading in zip(order_ids, readings, strict=True):
            if reading.delivery.webhook_id in kept:
                continue
            learned, news = learn(known[order_id], [reading], self._oldest_news)
            if reading.problem or learned != known[order_id]:
                taken.append(reading)
            missed += bool(reading.problem or news)
        await asyncio.gather(*[self._kept(reading) for reading in taken])
        if missed:
            self._missed.inc(missed)
            log.warning("webhooks_missed", shop=self._shop, orders=missed)

    async def _kept(self, reading: Reading) -> None:
        """Wait until the reading is committed; raises Unavailable when it cannot be now.

        One that fails as nobody expected is for a person, and holds no other up.
        """
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def settle(answer: Answer) -> None:
            if not answered.done():
                answered.set_result(answer)

        self._keep(reading, settle)
        answer = await answered
        if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR and not reading.problem:
            await self._kept(Reading(reading.delivery, problem=UNEXPECTED))
        elif answer.status != HTTPStatus.OK:
            raise Unavailable(f"what the store says could not be kept (HTTP {answer.status})")

    async def _note(
        self, read_until: datetime | None, again_in: timedelta, *, trouble: str | None = None
    ) -> None:
        async with self._database.transaction() as transaction:
            await reconciliation.note(
                transaction, self._shop, read_until, again_in=again_in, trouble=trouble
            )


async def state_of(database: Database, shops: Sequence[str]) -> str:
    """Give "ok", or why shops could not be asked the last time, whichever process asked."""
    try:
        async with asyncio.timeout(CHECK_SECONDS), database.statement() as statement:
            troubles = await reconciliation.find_troubles(statement, shops)
    except (*PASSING, *UNPREPARED):
        return "ok"  # The part `database` says what is the matter.
    return "; ".join(f"{shop}: {trouble}" for shop, trouble in troubles) or "ok"


def as_delivery(shop: str, order: Order) -> Delivery:
    """Write the order as the webhook of its update; the same answer is the same delivery."""
    body = to_json(order.as_webhook())
    return Delivery(
        shop=shop,
        topic=TOPIC,
        webhook_id=f"{ASKED_FOR}{hashlib.sha256(body).hexdigest()}",
        event_id=None,
        body=body,
        received_at=datetime.now(UTC),
    )
