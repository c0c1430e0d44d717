"""Following: what Completeful has, asked again and again until nothing more can come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.fulfillment.completeful import PROVIDER, Completeful
from services.fulfillment.domain.billing import billing_map
from services.fulfillment.domain.charges import Charge
from services.fulfillment.domain.following import Following, Found, poll_seconds
from services.fulfillment.domain.news import Before, News, Words, news_of
from services.fulfillment.domain.stages import Stage, status_map
from services.fulfillment.settings import Settings
from services.fulfillment.store import charges, parcels, provider_orders
from shared import outbox
from shared.database import Database
from shared.events import ChargeRecorded, Event, FulfillmentCancelled
from shared.group_commit import GroupCommit
from shared.lease import Renewing
from shared.logs import about
from shared.outside import Refused, Unavailable
from shared.patience import backoff_seconds

log = structlog.get_logger()

Findings = GroupCommit[Found, None]

CANCELLED = "cancelled"
CANCELLED_BY_US = "the order was cancelled in the store"


async def take_orders(
    database: Database, completeful: Completeful, settings: Settings, limit: int
) -> list[Following]:
    """Take orders that are due to be asked about; none when Completeful is to be left alone."""
    if completeful.breaker.is_open:
        return []
    async with database.statement() as transaction:
        lease = timedelta(seconds=settings.lease_seconds)
        return await provider_orders.lease_due(transaction, limit, lease)


async def follow(
    database: Database,
    completeful: Completeful,
    found: Findings,
    settings: Settings,
    following: Following,
) -> None:
    """Ask about one order, and keep it from others while Completeful takes its time."""
    lease = timedelta(seconds=settings.lease_seconds)
    with about(following.order_id):
        async with Renewing(partial(renew, database, following, lease), lease):
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
        log.warning("cancellation_refused", code=reason.code, reason=str(reason))
        return str(reason)
    return CANCELLED


async def postpone(
    database: Database, following: Following, reason: Unavailable | Refused, settings: Settings
) -> None:
    """Ask again later. Not even a refusal to show the order ends the following of it."""
    seconds = backoff_seconds(
        following.failures + 1,
        first=settings.retry_first_seconds,
        last=settings.retry_last_seconds,
    )
    if isinstance(reason, Unavailable) and reason.retry_after is not None:
        seconds = max(seconds, reason.retry_after)
    log.warning("following_postponed", reason=str(reason), seconds=seconds)
    async with database.statement() as transaction:
        await provider_orders.postpone(transaction, following, str(reason), seconds=seconds)


async def record(database: Database, settings: Settings, found: Sequence[Found]) -> list[None]:
    """Say what is new, each thing once, and keep the answers, all in one transaction.

    Nothing is told of an order that another attempt has taken meanwhile.
    """
    async with database.transaction() as transaction:
        held = await provider_orders.lock(transaction, [each.following for each in found])
        ours = [each for each in found if each.following.order_id in held]
        for each in ours:
            if each.cancel_answer is not None:
                await provider_orders.note_cancel_answer(
                    transaction, each.following, each.cancel_answer
                )
        said = await parcels.find_parcels(transaction, sorted(held))
        ledger = await charges.find_charges(transaction, sorted(held))
        news = [
            compare(each, Before(said[order_id], ledger[order_id]), settings)
            for each in ours
            for order_id in [each.following.order_id]
        ]
        await parcels.add_parcels(
            transaction, [package for each in news for package in each.packages]
        )
        await charges.add_charges(transaction, [charge for each in news for charge in each.charges])
        await provider_orders.keep_answers(transaction, news)
        await outbox.add(
            transaction,
            [event for each, new in zip(ours, news, strict=True) for event in events_of(each, new)],
        )
    return [None] * len(found)


def compare(found: Found, before: Before, settings: Settings) -> News:
    """Work out what an answer changes, and let a person know of words that nobody has mapped."""
    following, order = found.following, found.order
    words = Words(status_map(settings.status_map), billing_map(settings.billing_map))
    if unknown := words.unknown(order):
        log.warning("provider_status_unknown", words=unknown)
    news = news_of(
        following,
        order,
        words,
        before,
        now=datetime.now(UTC),
        seconds=poll_seconds(
            following.unchanged, first=settings.poll_first_seconds, last=settings.poll_last_seconds
        ),
    )
    if news.stage is not following.stage or news.packages or news.charges:
        log.info(
            "order_moved_on",
            stage=news.stage,
            status=order.status,
            packages=len(news.packages),
            charges=len(news.charges),
        )
    return news


def events_of(found: Found, news: News) -> list[Event]:
    """Give what is to be said: new charges and packages, and the end of a cancelled order."""
    following = found.following
    events: list[Event] = [*(recorded(charge) for charge in news.charges), *news.packages]
    if news.stage is Stage.CANCELLED and following.stage is not Stage.CANCELLED:
        events.append(
            FulfillmentCancelled(
                order_id=following.order_id,
                provider=PROVIDER,
                provider_order_id=following.provider_order_id,
                reason=CANCELLED_BY_US if found.cancel_answer == CANCELLED else "",
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
