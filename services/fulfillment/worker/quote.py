"""Quoting: what an order would cost is asked for as soon as all that it takes is known.

Nobody waits for a quote: an order is approved and placed with it or without.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.fulfillment.completeful import PROVIDER, Completeful
from services.fulfillment.domain.addresses import Unmailable
from services.fulfillment.domain.claims import QuoteClaim
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
from shared.unexpected import CODE, Unreadable, reason_of

log = structlog.get_logger()

UNKNOWN_PRODUCT, UNAVAILABLE = "unknown_product", "unavailable"


@dataclass(frozen=True, slots=True)
class Asked:
    """An order and how to write what is to be asked; `write` raises Unmailable or NotYetKnown."""

    quote: Quote
    write: Callable[[], bytes]

    @property
    def claim(self) -> QuoteClaim:
        """Give by what the attempt knows the order."""
        return self.quote


Taken = Asked | Unreadable[QuoteClaim]


@dataclass(frozen=True, slots=True)
class Answer:
    """An order and what is to be said of its cost; nothing names an order that cannot be read."""

    quote: QuoteClaim
    estimate: Estimate | NoEstimate
    fingerprint: str = ""


Answers = GroupCommit[Answer, None]


async def take_quotes(
    database: Database, urls: FileUrls, settings: Settings, limit: int
) -> list[Taken]:
    """Take orders to be quoted."""
    async with database.transaction() as transaction:
        taken = await quotes.lease_due(transaction, limit, settings.lease)
        unreadable = [each for each in taken if isinstance(each, Unreadable)]
        read = [each for each in taken if isinstance(each, Quote)]
        asked = await prepare_all(transaction, read, urls, settings) if read else []
        if len(asked) < len(read):
            transaction.wake(quotes.SIGNAL)
    return [*asked, *unreadable]


async def prepare_all(
    transaction: Transaction, taken: Sequence[Quote], urls: FileUrls, settings: Settings
) -> list[Asked]:
    """Have the questions written; orders that lack something, or cost what was said, are left."""
    wanted = [(quote, quote.items) for quote in taken]
    items = [item for _, found in wanted for item in found or []]
    known = await products.find_products(transaction, product_ids(items))
    asked = [
        Asked(quote, partial(write_question, quote.address, found, known, urls, settings))
        for quote, found in wanted
        if found and quote.address and quote.said != (quote.fingerprint, "")
    ]
    busy = {each.quote.order_id for each in asked}
    await quotes.wait_for_news(
        transaction, [quote for quote in taken if quote.order_id not in busy]
    )
    return asked


def write_question(
    address: Address,
    items: Sequence[ApprovedItem],
    known: Mapping[str, Product],
    urls: FileUrls,
    settings: Settings,
) -> bytes:
    """Write the question; raises what is in its way."""
    now = datetime.now(UTC)
    return quote_request(
        address,
        items,
        known,
        lambda key: urls.url_of(key, now),
        line_max=settings.address_line_max,
    )


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
                estimate = await estimate_of(completeful, asked)
            except (NotYetKnown, Unavailable) as reason:
                await postpone(database, answers, quote, reason, settings)
            else:
                await answers.add(Answer(quote, estimate, quote.fingerprint))


async def renew(database: Database, quote: Quote, lease: timedelta) -> bool:
    """Keep the order while Completeful takes its time; False when it has been lost."""
    async with database.transaction() as transaction:
        return await quotes.renew(transaction, quote, lease)


async def estimate_of(completeful: Completeful, asked: Asked) -> Estimate | NoEstimate:
    """Get an answer, a refusal included; raises what may pass by itself."""
    try:
        return await completeful.quote(asked.write())
    except (Unmailable, Refused) as reason:
        return NoEstimate(reason.code, str(reason))


async def postpone(
    database: Database,
    answers: Answers,
    quote: Quote,
    reason: NotYetKnown | Unavailable,
    settings: Settings,
) -> None:
    """Ask again later, but not for ever: an estimate that comes too late is of no use."""
    code = UNKNOWN_PRODUCT if isinstance(reason, NotYetKnown) else UNAVAILABLE
    if quote.failures + 1 >= FAILURES_MAX:
        await answers.add(Answer(quote, NoEstimate(code, str(reason)), quote.fingerprint))
        return
    after = reason.retry_after if isinstance(reason, Unavailable) else None
    await wait(database, quote, str(reason), settings, seconds_min=after or 0.0)


async def put_off(
    database: Database, answers: Answers, settings: Settings, claim: QuoteClaim, error: Exception
) -> None:
    """Ask again later after what nobody expected, as often as after what is."""
    reason = reason_of(error)
    if claim.failures + 1 >= FAILURES_MAX:
        fingerprint = claim.fingerprint if isinstance(claim, Quote) else ""
        await answers.add(Answer(claim, NoEstimate(CODE, reason), fingerprint))
    else:
        await wait(database, claim, reason, settings)


async def wait(
    database: Database,
    claim: QuoteClaim,
    reason: str,
    settings: Settings,
    *,
    seconds_min: float = 0.0,
) -> None:
    """Have the order asked about later: the later, the more often that has failed."""
    seconds = backoff_seconds(
        claim.failures + 1, first=settings.retry_first_seconds, last=settings.retry_last_seconds
    )
    seconds = max(seconds, seconds_min)
    log.info("quote_postponed", reason=reason, seconds=seconds)
    async with database.transaction() as transaction:
        await quotes.postpone(transaction, claim, reason, seconds=seconds)


async def record(database: Database, answered: Sequence[Answer]) -> list[None]:
    """Say what orders would cost; what was said before is not said again."""
    async with database.transaction() as transaction:
        await quotes.wait_for_others(transaction, [each.quote.order_id for each in answered])
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
    return answer.fingerprint, code


def event_of(answer: Answer) -> Event:
    """Say what an order would cost, or why nobody knows."""
    quote, estimate = answer.quote, answer.estimate
    if isinstance(estimate, NoEstimate):
        log.info("quote_refused", order_id=quote.order_id, code=estimate.code)
        return QuoteRefused(
            order_id=quote.order_id,
            provider=PROVIDER,
            fingerprint=answer.fingerprint,
            code=estimate.code,
            reason=estimate.reason,
        )
    return OrderQuoted(
        order_id=quote.order_id,
        provider=PROVIDER,
        fingerprint=answer.fingerprint,
        costs=estimate.costs,
        total=estimate.total,
    )
