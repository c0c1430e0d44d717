"""The door for Shopify's webhooks: verify, read, commit, and only then answer."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from starlette.types import Receive, Scope, Send

from services.ingest import shopify
from services.ingest.domain import Delivery, Reading
from services.ingest.settings import Settings
from services.ingest.shopify import Malformed
from services.ingest.webhooks.recording import record
from shared.database import PASSING, Database
from shared.group_commit import GroupCommit, Overloaded
from shared.http import Problem, answer, read_body
from shared.outbox import TooLarge

log = structlog.get_logger()

COMMIT_SECONDS_MAX = 4.0
"""Shopify gives up after five seconds; it had better hear from us that it should try again."""


class ShopifyWebhooks:
    """An ASGI application for one path; nothing lies between it and the socket."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._body_bytes_max = settings.body_bytes_max
        self._shops = {shop.encode(): shop for shop in settings.shops}
        self._secrets = [secret.get_secret_value().encode() for secret in settings.shopify_secrets]
        oldest_news = timedelta(days=settings.news_days_max)
        self._commits: GroupCommit[Reading, None] = GroupCommit(
            partial(record, database, oldest_news),
            seconds_max=COMMIT_SECONDS_MAX,
            size_of=lambda reading: len(reading.delivery.body),
        )

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
        headers = dict(scope["headers"])
        delivery = self._check(headers, await read_body(headers, receive, self._body_bytes_max))
        try:
            reading = shopify.read(delivery)
        except Malformed as reason:
            await self._commits.add(Reading(delivery, problem=f"not JSON: {reason}"))
            raise Problem(
                400, "Malformed JSON", f"the body is kept for a person: {reason}"
            ) from reason
        try:
            await self._commits.add(reading)
        except TooLarge as reason:
            reading = Reading(delivery, problem=str(reason))
            await self._commits.add(reading)
        if reading.problem:
            log.error("webhook_unreadable", topic=delivery.topic, problem=reading.problem)

    def _check(self, headers: Mapping[bytes, bytes], body: bytes) -> Delivery:
        """Believe the body only if one of our secrets signed it, for a shop that is ours."""
        signature = headers.get(b"x-shopify-hmac-sha256", b"")
        if not shopify.is_signed(body, signature, self._secrets):
            raise Problem(401, "Bad signature", "X-Shopify-Hmac-Sha256 does not match the body")
        shop = self._shops.get(headers.get(b"x-shopify-shop-domain", b""))
        if shop is None:
            raise Problem(401, "Unknown shop", "X-Shopify-Shop-Domain names no shop of ours")
        webhook_id = headers.get(b"x-shopify-webhook-id")
        event_id = headers.get(b"x-shopify-event-id")
        return Delivery(
            shop=shop,
            topic=headers.get(b"x-shopify-topic", b"").decode("latin-1"),
            webhook_id=(webhook_id or hashlib.sha256(body).hexdigest().encode()).decode("latin-1"),
            event_id=event_id.decode("latin-1") if event_id is not None else None,
            body=body,
            received_at=datetime.now(UTC),
        )
