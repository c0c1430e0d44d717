"""Following: what Completeful has, asked again and again until nothing more can come."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.fulfillment.completeful import PROVIDER, Completeful
from services.fulfillment.domain.answers import ProviderOrder
from services.fulfillment.domain.following import (
    Following,
    Parcel,
    is_over,
    new_packages,
    poll_seconds,
)
from services.fulfillment.domain.stages import Stage, next_stage, status_map, unknown_words
from services.fulfillment.settings import Settings
from services.fulfillment.store import provider_orders
from shared import outbox
from shared.database import Database, Transaction
from shared.events import Event, FulfillmentCancelled
from shared.lease import renewing
from shared.logs import about
from shared.outside import Refused, Unavailable
from shared.patience import backoff_seconds

log = structlog.get_logger()

CANCELLED = "cancelled"
CANCELLED_BY_US = "the order was cancelled in the store"


async def follow_next(database: Database, completeful: Completeful, settings: Settings) -> bool:
    """Ask about one order that is due; False when none is or Completeful is to be left alone."""
    if completeful.breaker.is_open:
        return False
    lease = timedelta(seconds=settings.lease_seconds)
    async with database.transaction() as transaction:
        following = await provider_orders.lease_next(transaction, lease)
    if following is None:
        return False
    with about(following.order_id):
        async with renewing(partial(renew, database, following, lease), lease):
            await follow(database, completeful, following, settings)
    return True


async def renew(database: Database, following: Following, lease: timedelta) -> bool:
    """Keep the order while Completeful takes its time; False when it has been lost."""
    async with database.transaction() as transaction:
        return await provider_orders.renew(transaction, following, lease)


async def follow(
    database: Database, completeful: Completeful, following: Following, settings: Settings
) -> None:
    """Cancel the order if that is wanted, read it, and record what is new."""
    try:
        answer = await cancel(completeful, following) if following.must_cancel else None
        order = await completeful.read(following.provider_order_id)
    except (Unavailable, Refused) as reason:
        await postpone(database, following, reason, settings)
        return
    async with database.transaction() as transaction:
        if await provider_orders.lock(transaction, following):
            if answer is not None:
                await provider_orders.note_cancel_answer(transaction, following, answer)
            why = CANCELLED_BY_US if answer == CANCELLED else ""
            await record(transaction, following, order, settings, why_cancelled=why)


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


async def record(
    transaction: Transaction,
    following: Following,
    order: ProviderOrder,
    settings: Settings,
    *,
    why_cancelled: str,
) -> None:
    """Say what is new, each thing once, and keep the answer; the order's row is locked."""
    known = status_map(settings.status_map)
    warn_of_unknown(order, known)
    stage = next_stage(following.stage, order.words, known)
    said = await provider_orders.find_parcels(transaction, following.order_id)
    packages = new_packages(following, order, said, now=datetime.now(UTC))
    await provider_orders.add_parcels(transaction, packages)
    events: list[Event] = [*packages]
    if stage is Stage.CANCELLED and following.stage is not Stage.CANCELLED:
        events.append(
            FulfillmentCancelled(
                order_id=following.order_id,
                provider=PROVIDER,
                provider_order_id=following.provider_order_id,
                reason=why_cancelled,
            )
        )
    parcels = [*said, *(Parcel.of(package) for package in packages)]
    wait = poll_seconds(
        following.unchanged, first=settings.poll_first_seconds, last=settings.poll_last_seconds
    )
    await provider_orders.keep_answer(
        transaction,
        following,
        order,
        stage=stage,
        is_over=is_over(stage, following, parcels),
        seconds=wait,
    )
    await outbox.add(transaction, events)
    if stage is not following.stage or packages:
        log.info("order_moved_on", stage=stage, status=order.status, packages=len(packages))


def warn_of_unknown(order: ProviderOrder, known: Mapping[str, Stage | None]) -> None:
    """Let a person know of words that the status map does not have."""
    unknown = unknown_words(order.words, known)
    if unknown:
        log.warning("provider_status_unknown", words=unknown)
