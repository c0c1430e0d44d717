"""The door for Shopify's webhooks: verify, read, commit, and only then answer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.ingest import shopify
from services.ingest.domain import Delivery, Reading
from services.ingest.settings import Settings
from services.ingest.shopify import Malformed
from services.ingest.webhooks.recording import record
from shared.database import PASSING, Database
from shared.front import OK, Answer, Headers, answer_failure, answer_of
from shared.group_commit import GroupCommit, Overloaded
from shared.http import Problem
from shared.outbox import TooLarge

log = structlog.get_logger()

COMMIT_SECONDS_MAX = 4.0
"""Shopify gives up after five seconds; it had better hear from us that it should try again."""


LATER = answer_of(Problem(503, "Not stored", "try again in a moment"), (b"retry-after", b"1"))


class ShopifyWebhooks:
    """The hot path of webhooks; nothing lies between it and the socket."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.bytes_max = settings.body_bytes_max
        self._shops = {shop.encode(): shop for shop in settings.shops}
        self._secrets = [secret.get_secret_value().encode() for secret in settings.shopify_secrets]
        oldest_news = timedelta(days=settings.news_days_max)
        self._commits: GroupCommit[Reading, None] = GroupCommit(
            partial(record, database, oldest_news),
            seconds_max=COMMIT_SECONDS_MAX,
            size_of=lambda reading: len(reading.delivery.body),
        )

    def take(self, headers: Headers, body: bytes, answer: Callable[[Answer], None]) -> None:
        """Answer one webhook: 200 when it is kept (or was before), and a problem otherwise."""
        try:
            delivery = self._check(headers, body)
        except Problem as problem:
            answer(answer_of(problem))
            return
        reply = OK
        try:
            reading = shopify.read(delivery)
        except Malformed as reason:
            reading = Reading(delivery, problem=f"not JSON: {reason}")
            kept = f"the body is kept for a person: {reason}"
            reply = answer_of(Problem(400, "Malformed JSON", kept))
        self.keep(reading, reply, answer)

    def keep(self, reading: Reading, reply: Answer, answer: Callable[[Answer], None]) -> None:
        """Answer with the reply once the reading is committed."""
        if reading.problem:
            topic = reading.delivery.topic
            log.error("webhook_unreadable", topic=topic, problem=reading.problem)
        try:
            self._commits.put(reading, Sender(self, reading, reply, answer))
        except Overloaded as error:
            answer(later(error))

    def _check(self, headers: Headers, body: bytes) -> Delivery:
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


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a webhook and waits to hear that it is kept."""

    door: ShopifyWebhooks
    reading: Reading
    reply: Answer
    answer: Callable[[Answer], None]

    def succeed(self, _result: None) -> None:
        """Answer: it is committed."""
        self.answer(self.reply)

    def fail(self, error: Exception) -> None:
        """Keep it without its event when that is too large; else answer why it is not kept."""
        if isinstance(error, TooLarge):
            kept = Reading(self.reading.delivery, problem=str(error))
            self.door.keep(kept, self.reply, self.answer)
        elif isinstance(error, (Overloaded, *PASSING)):
            self.answer(later(error))
        else:
            self.answer(answer_failure(error))


def later(error: Exception) -> Answer:
    """Have the webhook come again; the log says why."""
    log.warning("webhook_not_stored", error=repr(error))
    return LATER
