"""The door for Shopify's webhooks: verify, read, commit, and only then answer."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

import structlog
from msgspec import Struct
from pydantic_core import to_json

from services.ingest import shopify
from services.ingest.domain import Delivery, Reading
from services.ingest.settings import Settings
from services.ingest.webhooks.recording import record
from shared.database import Database
from shared.database_errors import PASSING, UNPREPARED
from shared.error_words import words_of
from shared.front import OK, Answer, Headers, answer_failure, answer_of
from shared.group_commit import GroupCommit, Overloaded
from shared.http import Problem
from shared.outbox import TooLarge
from shared.refusals import Refusals

log = structlog.get_logger()

COMMIT_SECONDS_MAX = 4.0
"""Shopify gives up after five seconds; it had better hear from us that it should try again."""

NAME_BYTES_MAX = 255
"""Shopify's ids and topics have a fraction of that; an index would not take a very long one."""

LATER = answer_of(Problem(503, "Not stored", "try again in a moment"))


class ShopifyWebhooks:
    """The hot path of webhooks; nothing lies between it and the socket."""

    def __init__(self, database: Database, settings: Settings, refusals: Refusals) -> None:
        self._refusals = refusals
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
        """Answer one webhook: 200 when it is kept (or was before), and a problem otherwise.

        What cannot be read is kept for a person, and so it is 200 too: Shopify would send it again
        as it is, and delete its subscription when it fails to the end.
        """
        try:
            delivery = self._check(headers, body)
        except Problem as problem:
            if problem.status == HTTPStatus.UNAUTHORIZED:
                self._refusals.note(str(problem))
            answer(answer_of(problem))
            return
        self.keep(shopify.read(delivery), answer)

    def keep(self, reading: Reading, answer: Callable[[Answer], None]) -> None:
        """Answer once the reading is committed."""
        if reading.problem:
            topic = reading.delivery.topic
            log.error("webhook_unreadable", topic=topic, problem=reading.problem)
        try:
            self._commits.put(reading, Sender(self, reading, answer))
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
        return Delivery(
            shop=shop,
            topic=name_in(headers, b"x-shopify-topic"),
            webhook_id=name_in(headers, b"x-shopify-webhook-id")
            or hashlib.sha256(body).hexdigest(),
            event_id=name_in(headers, b"x-shopify-event-id") or None,
            body=body,
            received_at=datetime.now(UTC),
        )


def name_in(headers: Headers, header: bytes) -> str:
    """Read a short name from a header, empty when there is none; raises Problem when it is long."""
    value = headers.get(header, b"")
    if len(value) > NAME_BYTES_MAX:
        title = header.decode().title()
        raise Problem(400, "Header too long", f"{title} has more than {NAME_BYTES_MAX} bytes")
    return value.decode("latin-1")


class Sender(Struct, frozen=True):
    """Who sent a webhook and waits to hear that it is kept."""

    door: ShopifyWebhooks
    reading: Reading
    answer: Callable[[Answer], None]

    def succeed(self, _result: None) -> None:
        """Answer: it is committed."""
        self.answer(kept(self.reading.problem))

    def fail(self, error: Exception) -> None:
        """Keep it without its event when that is too large; else answer why it is not kept."""
        if isinstance(error, TooLarge):
            too_large = Reading(self.reading.delivery, problem=f"too large: {error}")
            self.door.keep(too_large, self.answer)
        elif isinstance(error, (Overloaded, *PASSING, *UNPREPARED)):
            self.answer(later(error))
        else:
            self.answer(answer_failure(error))


def kept(problem: str | None) -> Answer:
    """Answer that it is kept, and what a person will find wrong with it."""
    if problem is None:
        return OK
    content_type = (b"content-type", b"application/json")
    return Answer(200, to_json({"kept_for_a_person": problem}), (content_type,))


def later(error: Exception) -> Answer:
    """Have the webhook come again; the log says why."""
    log.warning("webhook_not_stored", error=words_of(error))
    return LATER
