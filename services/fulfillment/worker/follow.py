"""Following: what Completeful has, asked again and again until nothing more can come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.fulfillment.completeful import PROVIDER, Completeful
from services.fulfillment.domain.billing import Charge, billing_map
from services.fulfillment.domain.claims import Claim
from services.fulfillment.domain.following import Following, Found, poll_seconds
from services.fulfillment.domain.news import News, Words, news_of
from services.fulfillment.domain.setback import Setback
from services.fulfillment.domain.stages import Stage, status_map
from services.fulfillment.settings import Settings
from services.fulfillment.store import provider_orders
from services.fulfillment.store.answers import keep_answers
from services.fulfillment.store.corrections import keep_corrections
from shared.cloudevents import encode
from shared.database import Database
from shared.events import ChargeRecorded, Event, FulfillmentCancelled
from shared.group_commit import GroupCommit
from shared.lease import Renewing
from shared.letter_news import say_replayed, say_set_aside
from shared.logs import about
from shared.outside import Away, Refused, Unavailable, in_log
from shared.patience import backoff_seconds
from shared.unexpected import UNEXPECTED_MAX, Unreadable, reason_of

log = structlog.get_logger()

Findings = GroupCommit[Found, None]

ANSWER = "Completeful's answer"
CANCELLED = "cancelled"
CANCELLED_BY_US = "the order was cancelled in the store"


async def take_orders(
    database: Database, settings: Settings, limit: int
) -> list[Following | Unreadable[Claim]]:
    """Take orders that are due to be asked about."""
    async with database.statement() as transaction:
        return await provider_orders.lease_due(transaction, limit, settings.lease)


async def follow(
    database: Database,
    completeful: Completeful,
    found: Findings,
    settings: Settings,
    following: Following,
) -> None:
    """Ask about one order, and keep it from others while Completeful takes its time."""
    with about(following.order_id):
        renewal = partial(renew, database, following, settings.lease)
        async with Renewing(renewal, settings.lease):
            await ask(database, completeful, found, following, settings)


async def renew(database: Database, following: Following, lease: timedelta) -> bool:
    """Keep the order while Completeful takes its time; False when it has been lost."""
    async with database.statement() as transaction:
        return await provider_orders.renew(transaction, following, lease)


async def ask(
    database: Database,
    completeful: Completeful,
    found: Findings,
    following: Following,
    settings: Settings,
) -> None:
    """Cancel the order if that is wanted, read it, and record what is new."""
    try:
        answer = await cancel(completeful, following) if following.must_cancel else None
        order = await completeful.read(following.provider_order_id)
    except (Unavailable, Refused) as reason:
        await postpone(database, following, reason, settings)
    else:
        await found.add(Found(following, order, answer))


async def cancel(completeful: Completeful, following: Following) -> str:
    """Ask Completeful to cancel, and give its answer: too late is an answer as well."""
    try:
        await completeful.cancel(following.provider_order_id)
    except Refused as reason:
        log.warning("cancellation_refused", code=reason.code)
        return str(reason)
    return CANCELLED


async def postpone(
    database: Database, following: Following, reason: Unavailable | Refused, settings: Settings
) -> None:
    """Ask again later. Not even a refusal to show the order ends the following of it."""
    seconds = wait_seconds(following, settings)
    if isinstance(reason, Unavailable) and reason.retry_after is not None:
        seconds = max(seconds, reason.retry_after)
    setback = Setback(str(reason), seconds, is_away=isinstance(reason, Away))
    log.warning("following_postponed", reason=in_log(reason), seconds=seconds)
    async with database.statement() as transaction:
        await provider_orders.postpone(transaction, following, setback)


async def put_off(database: Database, settings: Settings, claim: Claim, error: Exception) -> None:
    """Ask again later after what nobody expected; after some attempts a person is told as well.

    What Completeful says of the order is what cannot be taken in, be it written or read.
    """
    reason, seconds = reason_of(error), wait_seconds(claim, settings)
    log.warning("following_postponed", reason=reason, seconds=seconds)
    async with database.transaction() as transaction:
        setback = Setback(reason, seconds, is_unexpected=True)
        unexpected = await provider_orders.postpone(transaction, claim, setback)
        if unexpected == UNEXPECTED_MAX:
            await say_set_aside(transaction, claim.order_id, ANSWER, reason)


def wait_seconds(claim: Claim, settings: Settings) -> float:
    """Give how long an order waits: the longer, the more often it has failed."""
    return backoff_seconds(
        claim.failures + 1, first=settings.retry_first_seconds, last=settings.retry_last_seconds
    )


async def record(database: Database, settings: Settings, found: Sequence[Found]) -> list[None]:
    """Say what is new, each thing once, and keep the answers.

    Nothing is told of an order that another attempt has taken meanwhile.
    """
    words = Words(status_map(settings.status_map), billing_map(settings.billing_map))
    now = datetime.now(UTC)
    news = [
        compare(each, words, settings, now)
        for each in sorted(found, key=lambda each: each.following.order_id)
    ]
    corrections = [event for each in news for event in each.corrections]
    recovered = [each for each in news if each.following.unexpected >= UNEXPECTED_MAX]
    begin = database.transaction if corrections or recovered else database.statement
    async with begin() as transaction:
        said = [encode(event, transaction.service) for each in news for event in events_of(each)]
        kept = await keep_answers(transaction, news, said)
        if corrections:
            theirs = [event for event in corrections if event.order_id in kept]
            await keep_corrections(transaction, theirs)
        for each in recovered:
            if each.following.order_id in kept:
                await say_replayed(transaction, each.following.order_id, ANSWER)
    for each in news:
        if each.following.order_id in kept:
            tell(each)
    return [None] * len(found)


def compare(found: Found, words: Words, settings: Settings, now: datetime) -> News:
    """Work out what an answer changes, and let a person know of words that nobody has mapped."""
    if unknown := words.unknown(found.order):
        log.warning("provider_status_unknown", words=unknown)
    seconds = poll_seconds(
        found.following.unchanged,
        first=settings.poll_first_seconds,
        last=settings.poll_last_seconds,
    )
    return news_of(found, words, now=now, seconds=seconds)


def tell(news: News) -> None:
    """Let a person know that an order has moved on."""
    is_other_stage = news.stage is not news.following.stage
    if is_other_stage or news.packages or news.corrections or news.charges:
        log.info(
            "order_moved_on",
            order_id=news.following.order_id,
            stage=news.stage,
            status=news.order.status,
            packages=len(news.packages),
            corrections=len(news.corrections),
            charges=len(news.charges),
        )


def events_of(news: News) -> list[Event]:
    """Give what is to be said: charges, packages, corrections, and the end of a cancelled order."""
    following = news.following
    charges = (recorded(charge) for charge in news.charges)
    events: list[Event] = [*charges, *news.packages, *news.corrections]
    if news.stage is Stage.CANCELLED and following.stage is not Stage.CANCELLED:
        events.append(
            FulfillmentCancelled(
                order_id=following.order_id,
                provider=PROVIDER,
                provider_order_id=following.provider_order_id,
                # An order that is cancelled already refuses it, as when the first answer was lost.
                reason=CANCELLED_BY_US if following.must_cancel else "",
            )
        )
    return events


def recorded(charge: Charge) -> ChargeRecorded:
    """Say that the ledger has one more line."""
    return ChargeRecorded(
        order_id=charge.order_id,
        provider=PROVIDER,
        charge_id=charge.charge_id,
        kind=charge.kind,
        amount=charge.amount,
        charged_at=charge.charged_at,
    )
