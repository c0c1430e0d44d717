"""Quoting: what an order would cost is asked for as soon as all that it takes is known.

Nobody waits for a quote: an order is approved and placed with it or without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.fulfillment.completeful import PROVIDER, Completeful
from services.fulfillment.domain.addresses import Unmailable
from services.fulfillment.domain.placing import NotYetKnown, Product, product_ids
from services.fulfillment.domain.quoting import (
    FAILURES_MAX,
    Estimate,
    NoEstimate,
    Quote,
    quote_request,
)
from services.fulfillment.settings import Settings
from services.fulfillment.store import products, quotes
from shared import outbox
from shared.database import Database, Transaction
from shared.events import Address, ApprovedItem, Event, OrderQuoted, QuoteRefused
from shared.group_commit import GroupCommit
from shared.lease import Renewing
from shared.logs import about
from shared.outside import Refused, Unavailable
from shared.patience import backoff_seconds
from shared.signed_urls import FileUrls

log = structlog.get_logger()

UNKNOWN_PRODUCT, UNAVAILABLE = "unknown_product", "unavailable"


@dataclass(frozen=True, slots=True)
class Asked:
    """An order and what is to be asked about it, or why nothing can be asked."""

    quote: Quote
    question: bytes | Unmailable | NotYetKnown


@dataclass(frozen=True, slots=True)
class Answer:
    """An order and what is to be said of its cost."""

    quote: Quote
    estimate: Estimate | NoEstimate


Answers = GroupCommit[Answer, None]


async def take_quotes(
    database: Database, urls: FileUrls, settings: Settings, limit: int
) -> list[Asked]:
    """Take orders to be quoted."""
    async with database.transaction() as transaction:
        taken = await quotes.lease_due(transaction, limit, settings.lease)
        asked = await prepare_all(transaction, taken, urls, settings) if taken else []
        if len(asked) < len(taken):
            transaction.wake(quotes.SIGNAL)
    return asked


async def prepare_all(
    transaction: Transaction, taken: Sequence[Quote], urls: FileUrls, settings: Settings
) -> list[Asked]:
    """Write the questions; orders that lack something, or cost what was said, are left alone."""
    wanted = [(quote, quote.items) for quote in taken]
    items = [item for _, found in wanted for item in found or []]
    known = await products.find_products(transaction, product_ids(items))
    asked = [
        Asked(quote, question_of(quote.address, found, known, urls, settings))
        for quote, found in wanted
        if found and quote.address and quote.said != (quote.fingerprint, "")
    ]
    busy = {each.quote.order_id for each in asked}
    await quotes.wait_for_news(
        transaction, [quote for quote in taken if quote.order_id not in busy]
    )
    return asked


def question_of(
    address: Address,
    items: Sequence[ApprovedItem],
    known: Mapping[str, Product],
    urls: FileUrls,
    settings: Settings,
) -> bytes | Unmailable | NotYetKnown:
    """Write the question, or give what is in its way."""
    now = datetime.now(UTC)
    try:
        return quote_request(
            address,
            items,
            known,
            lambda key: urls.url_of(key, now),
            line_max=settings.address_line_max,
        )
    except (Unmailable, NotYetKnown) as reason:
        return reason


async def ask(
    database: Database,
    completeful: Completeful,
    answers: Answers,
    settings: Settings,
    asked: Asked,
) -> None:
    """Ask about one order, and keep it from others while Completeful takes its time."""
    quote, lease = asked.quote, settings.lease
    with about(quote.order_id):
        async with Renewing(partial(renew, database, quote, lease), lease):
            try:
                estimate = await estimate_of(completeful, asked.question)
            except (NotYetKnown, Unavailable) as reason:
                await postpone(database, answers, quote, reason, settings)
            else:
                await answers.add(Answer(quote, estimate))


async def renew(database: Database, quote: Quote, lease: timedelta) -> bool:
    """Keep the order while Completeful takes its time; False when it has been lost."""
    async with database.transaction() as transaction:
        return await quotes.renew(transaction, quote, lease)


async def estimate_of(
    completeful: Completeful, question: bytes | Unmailable | NotYetKnown
) -> Estimate | NoEstimate:
    """Get an answer, a refusal included; raises what may pass by itself."""
    if isinstance(question, NotYetKnown):
        raise question
    if isinstance(question, Unmailable):
        return NoEstimate(question.code, str(question))
    try:
        return await completeful.quote(question)
    except Refused as reason:
        return NoEstimate(reason.code, str(reason))


async def postpone(
    database: Database,
    answers: Answers,
    quote: Quote,
    reason: NotYetKnown | Unavailable,
    settings: Settings,
) -> None:
    """Ask again later, but not for ever: an estimate that comes too late is of no use."""
    is_unknown = isinstance(reason, NotYetKnown)
    if quote.failures + 1 >= FAILURES_MAX:
        code = UNKNOWN_PRODUCT if is_unknown else UNAVAILABLE
        await answers.add(Answer(quote, NoEstimate(code, str(reason))))
        return
    seconds = backoff_seconds(
        quote.failures + 1,
        first=settings.retry_first_seconds,
        last=settings.retry_last_seconds,
    )
    if isinstance(reason, Unavailable) and reason.retry_after is not None:
        seconds = max(seconds, reason.retry_after)
    log.info("quote_postponed", reason=str(reason), seconds=seconds)
    async with database.transaction() as transaction:
        await quotes.postpone(transaction, quote, str(reason), seconds=seconds)


async def record(database: Database, answered: Sequence[Answer]) -> list[None]:
    """Say what orders would cost; what was said before is not said again."""
    async with database.transaction() as transaction:
        marks = [(each.quote, *mark_of(each)) for each in answered]
        won = await quotes.mark_answered(transaction, marks)
        await outbox.add(
            transaction,
            [
                event_of(each)
                for each in answered
                if each.quote.order_id in won and each.quote.said != mark_of(each)
            ],
        )
    return [None] * len(answered)


def mark_of(answer: Answer) -> tuple[str, str]:
    """Name what is said: of what, and the code when it is a refusal."""
    code = answer.estimate.code if isinstance(answer.estimate, NoEstimate) else ""
    return answer.quote.fingerprint, code


def event_of(answer: Answer) -> Event:
    """Say what an order would cost, or why nobody knows."""
    quote, estimate = answer.quote, answer.estimate
    if isinstance(estimate, NoEstimate):
        log.info("quote_refused", order_id=quote.order_id, code=estimate.code)
        return QuoteRefused(
            order_id=quote.order_id,
            provider=PROVIDER,
            fingerprint=quote.fingerprint,
            code=estimate.code,
            reason=estimate.reason,
        )
    return OrderQuoted(
        order_id=quote.order_id,
        provider=PROVIDER,
        fingerprint=quote.fingerprint,
        costs=estimate.costs,
        total=estimate.total,
    )
