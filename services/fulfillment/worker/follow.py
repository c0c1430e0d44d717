"""Following: what Completeful has, asked again and again until nothing more can come."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.fulfillment.completeful import PROVIDER, Completeful
from services.fulfillment.domain.answers import ProviderOrder
from services.fulfillment.domain.following import (
    Following,
    Found,
    News,
    Parcel,
    is_over,
    new_packages,
    poll_seconds,
)
from services.fulfillment.domain.stages import Stage, next_stage, status_map, unknown_words
from services.fulfillment.settings import Settings
from services.fulfillment.store import provider_orders
from shared import outbox
from shared.database import Database
from shared.events import Event, FulfillmentCancelled
from shared.group_commit import GroupCommit
from shared.lease import renewing
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
    async with database.transaction() as transaction:
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
        async with renewing(partial(renew, database, following, lease), lease):
            await ask(database, completeful, found, following, settings)


async def renew(database: Database, following: Following, lease: timedelta) -> bool:
    """Keep the order while Completeful takes its time; False when it has been lost."""
    async with database.transaction() as transaction:
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
    async with database.transaction() as transaction:
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
        said = await provider_orders.find_parcels(transaction, sorted(held))
        news = [news_of(each, said[each.following.order_id], settings) for each in ours]
        await provider_orders.add_parcels(
            transaction, [package for each in news for package in each.packages]
        )
        await provider_orders.keep_answers(transaction, news)
        await outbox.add(
            transaction,
            [event for each, new in zip(ours, news, strict=True) for event in events_of(each, new)],
        )
    return [None] * len(found)


def news_of(found: Found, said: Sequence[Parcel], settings: Settings) -> News:
    """Work out what an answer changes."""
    following, order = found.following, found.order
    known = status_map(settings.status_map)
    warn_of_unknown(order, known)
    stage = next_stage(following.stage, order.words, known)
    packages = new_packages(following, order, said, now=datetime.now(UTC))
    parcels = [*said, *(Parcel.of(package) for package in packages)]
    if stage is not following.stage or packages:
        log.info("order_moved_on", stage=stage, status=order.status, packages=len(packages))
    return News(
        following=following,
        order=order,
        stage=stage,
        packages=tuple(packages),
        is_over=is_over(stage, following, parcels),
        seconds=poll_seconds(
            following.unchanged, first=settings.poll_first_seconds, last=settings.poll_last_seconds
        ),
    )


def events_of(found: Found, news: News) -> list[Event]:
    """Give what is to be said: each new package, and the end of an order that is cancelled."""
    following = found.following
    events: list[Event] = [*news.packages]
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


def warn_of_unknown(order: ProviderOrder, known: Mapping[str, Stage | None]) -> None:
    """Let a person know of words that the status map does not have."""
    unknown = unknown_words(order.words, known)
    if unknown:
        log.warning("provider_status_unknown", words=unknown)
