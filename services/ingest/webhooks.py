"""The door for Shopify's webhooks: verify, read, commit, and only then answer."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from starlette.types import Receive, Scope, Send

from services.ingest import shopify, store
from services.ingest.domain import Delivery, KnownOrder, Reading, learn
from services.ingest.settings import Settings
from services.ingest.shopify import Malformed
from shared import outbox
from shared.database import PASSING, Database, Transaction
from shared.events import Event
from shared.group_commit import GroupCommit, Overloaded
from shared.http import Problem, answer, read_body

log = structlog.get_logger()

COMMIT_SECONDS_MAX = 4.0
"""Shopify gives up after five seconds; it had better hear from us that it should try again."""


class ShopifyWebhooks:
    """An ASGI application for one path; nothing lies between it and the socket."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._secrets = [secret.get_secret_value().encode() for secret in settings.shopify_secrets]
        self._oldest_news = timedelta(days=settings.news_days_max)
        self._commits: GroupCommit[Reading, bool] = GroupCommit(self._record)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one webhook: 200 when it is kept (or was before), and a problem otherwise."""
        try:
            await self._take(scope, receive)
        except Problem as problem:
            await answer(send, problem.status, problem.body)
        except (Overloaded, *PASSING) as error:
            log.warning("webhook_not_stored", error=repr(error))
            later = Problem(503, "Not stored", "try again in a moment")
            await answer(send, later.status, later.body, retry_after_seconds=1)
        else:
            await answer(send, 200)

    async def _take(self, scope: Scope, receive: Receive) -> None:
        if scope["method"] != "POST":
            raise Problem(405, "Method not allowed", "webhooks are posted")
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        body = await read_body(headers, receive, self._settings.body_bytes_max)
        delivery = self._check(headers, body)
        try:
            reading = shopify.read(delivery)
        except Malformed as reason:
            await self._commit(Reading(delivery, problem=f"not JSON: {reason}"))
            raise Problem(
                400, "Malformed JSON", f"the body is kept for a person: {reason}"
            ) from reason
        if reading.problem:
            log.error("webhook_unreadable", topic=delivery.topic, problem=reading.problem)
        await self._commit(reading)

    def _check(self, headers: dict[bytes, str], body: bytes) -> Delivery:
        """Believe the body only if one of our secrets signed it, for a shop that is ours."""
        signature = headers.get(b"x-shopify-hmac-sha256", "")
        if not shopify.is_signed(body, signature, self._secrets):
            raise Problem(401, "Bad signature", "X-Shopify-Hmac-Sha256 does not match the body")
        shop = headers.get(b"x-shopify-shop-domain", "")
        if shop not in self._settings.shops:
            raise Problem(401, "Unknown shop", "X-Shopify-Shop-Domain names no shop of ours")
        return Delivery(
            shop=shop,
            topic=headers.get(b"x-shopify-topic", ""),
            webhook_id=headers.get(b"x-shopify-webhook-id") or hashlib.sha256(body).hexdigest(),
            event_id=headers.get(b"x-shopify-event-id"),
            body=body,
            received_at=datetime.now(UTC),
        )

    async def _commit(self, reading: Reading) -> None:
        async with asyncio.timeout(COMMIT_SECONDS_MAX):
            await self._commits.add(reading)

    async def _record(self, readings: Sequence[Reading]) -> list[bool]:
        """Store a group in one transaction; tells of each whether it was new."""
        async with self._database.transaction() as transaction:
            places = await store.add_deliveries(transaction, readings)
            fresh = [reading for place, reading in enumerate(readings) if place in places]
            await self._learn(transaction, fresh)
        return [place in places for place in range(len(readings))]

    async def _learn(self, transaction: Transaction, readings: Sequence[Reading]) -> None:
        """Say what is news, order by order, and remember it."""
        by_order: dict[str, list[Reading]] = defaultdict(list)
        for reading in readings:
            if reading.order_id is not None:
                by_order[reading.order_id].append(reading)
        if not by_order:
            return
        known = await store.lock_orders(transaction, list(by_order))
        learned: list[KnownOrder] = []
        said: list[Event] = []
        for order_id, of_order in by_order.items():
            now_known, news = learn(known[order_id], of_order, self._oldest_news)
            if now_known != known[order_id]:
                learned.append(now_known)
            said += news
        await outbox.add(transaction, said)
        if learned:
            await store.update_orders(transaction, learned)
