"""Placing: one approved order after another goes to Completeful, each exactly once."""

from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from services.fulfillment.completeful import PROVIDER, Completeful
from services.fulfillment.domain.addresses import Unmailable
from services.fulfillment.domain.answers import ProviderOrder
from services.fulfillment.domain.following import lines_of
from services.fulfillment.domain.placing import (
    PASSING_CODES,
    PASSING_FAILURES_MAX,
    Intent,
    NotYetKnown,
    Placement,
    order_request,
    product_ids,
)
from services.fulfillment.settings import Settings
from services.fulfillment.store import placements, products, provider_orders
from shared import outbox
from shared.database import Database, Transaction
from shared.events import FulfillmentRefused, FulfillmentStarted
from shared.lease import renewing
from shared.logs import about
from shared.outside import Refused, Unavailable
from shared.patience import backoff_seconds
from shared.signed_urls import FileUrls

log = structlog.get_logger()

PRODUCT_POLL_SECONDS_MAX = 5.0


async def place_next(
    database: Database, completeful: Completeful, urls: FileUrls, settings: Settings
) -> bool:
    """Place one waiting order; False when none waits or Completeful is to be left alone.

    The intent is committed before anything is sent, and no transaction is open while Completeful
    answers. After a crash in between, or no clear answer, the next attempt looks the order up.
    """
    if completeful.breaker.is_open:
        return False
    lease = timedelta(seconds=settings.lease_seconds)
    async with database.transaction() as transaction:
        placement = await placements.lease_next(transaction, lease)
        if placement is None:
            return False
        with about(placement.order_id):
            request = await prepare(transaction, placement, urls, settings)
    if request is not None:
        with about(placement.order_id):
            async with renewing(partial(renew, database, placement, lease), lease):
                await submit(database, completeful, placement, *request, settings)
    return True


async def renew(database: Database, placement: Placement, lease: timedelta) -> bool:
    """Keep the order while Completeful takes its time; False when it has been lost."""
    async with database.transaction() as transaction:
        return await placements.renew(transaction, placement, lease)


async def prepare(
    transaction: Transaction, placement: Placement, urls: FileUrls, settings: Settings
) -> tuple[bytes, Intent] | None:
    """Write the request and commit to it; None when there is nothing to send (now, or ever)."""
    if placement.is_cancelled and not placement.is_unsure:
        await placements.mark_cancelled(transaction, placement)
        return None
    now = datetime.now(UTC)
    moment = placement.signing_moment(now)
    known = await products.find_products(transaction, product_ids(placement.approved.items))
    try:
        body = order_request(
            placement.approved,
            known,
            lambda key: urls.url_of(key, moment),
            line_max=settings.address_line_max,
        )
    except Unmailable as reason:
        await refuse(transaction, placement, reason.code, str(reason))
        return None
    except NotYetKnown as reason:
        await wait_for_product(transaction, placement, str(reason), settings)
        return None
    intent = placement.intend(body, moment)
    await placements.keep_intent(transaction, placement, intent)
    return body, intent


async def wait_for_product(
    transaction: Transaction, placement: Placement, reason: str, settings: Settings
) -> None:
    """Postpone an order whose product may still be on its way to us, but not for ever."""
    if placement.waited.total_seconds() >= settings.product_wait_seconds:
        reason = f"{reason}: publish it, then approve the order again"
        await refuse(transaction, placement, "unknown_product", reason)
        return
    seconds = backoff_seconds(
        placement.failures + 1, first=settings.retry_first_seconds, last=PRODUCT_POLL_SECONDS_MAX
    )
    await placements.postpone(
        transaction, placement, reason, seconds=seconds, is_unsure=placement.is_unsure
    )


async def submit(
    database: Database,
    completeful: Completeful,
    placement: Placement,
    body: bytes,
    intent: Intent,
    settings: Settings,
) -> None:
    """Look the order up if it may be there already, else send it, and record what came of it."""
    is_unsure = placement.is_unsure
    try:
        order = await completeful.look_up(placement.order_id) if is_unsure else None
        is_unsure = False
        if order is None and not placement.is_cancelled:
            order = await create(completeful, placement, body, intent)
    except Unavailable as reason:
        is_unsure = is_unsure or reason.is_ambiguous
        await postpone(database, placement, reason, settings, is_unsure=is_unsure)
    except Refused as reason:
        await settle_refusal(database, placement, reason, settings)
    else:
        async with database.transaction() as transaction:
            if order is None:
                await placements.mark_cancelled(transaction, placement)
            else:
                await record(transaction, placement, order)


async def create(
    completeful: Completeful, placement: Placement, body: bytes, intent: Intent
) -> ProviderOrder:
    """Send the order; a conflict may mean that it is there already."""
    try:
        return await completeful.create(body, intent.idempotency_key)
    except Refused as reason:
        if reason.is_conflict and (order := await completeful.look_up(placement.order_id)):
            return order
        raise


async def record(transaction: Transaction, placement: Placement, order: ProviderOrder) -> None:
    """Tell that the order is placed, and begin to follow it; nothing when another was quicker."""
    if not await placements.mark_placed(transaction, placement):
        return
    must_cancel = await placements.is_cancelled(transaction, placement.order_id)
    lines = lines_of(placement.approved.items, order)
    await provider_orders.add_provider_order(
        transaction, placement, order, lines, must_cancel=must_cancel
    )
    started = FulfillmentStarted(
        order_id=placement.order_id,
        provider=PROVIDER,
        provider_order_id=order.provider_order_id,
    )
    await outbox.add(transaction, started)
    log.info("order_placed", provider_order_id=order.provider_order_id)


async def postpone(
    database: Database,
    placement: Placement,
    reason: Unavailable | Refused,
    settings: Settings,
    *,
    is_unsure: bool,
) -> None:
    """Have the order tried again later, when Completeful says or with growing delay."""
    seconds = backoff_seconds(
        placement.failures + 1,
        first=settings.retry_first_seconds,
        last=settings.retry_last_seconds,
    )
    if isinstance(reason, Unavailable) and reason.retry_after is not None:
        seconds = max(seconds, reason.retry_after)
    log.warning("placement_postponed", reason=str(reason), seconds=seconds, is_unsure=is_unsure)
    async with database.transaction() as transaction:
        await placements.postpone(
            transaction, placement, str(reason), seconds=seconds, is_unsure=is_unsure
        )


async def settle_refusal(
    database: Database, placement: Placement, reason: Refused, settings: Settings
) -> None:
    """Try again for a while what may pass by itself; tell of everything else."""
    is_early = placement.waited.total_seconds() < settings.files_wait_seconds
    may_pass = is_early or placement.failures < PASSING_FAILURES_MAX
    if reason.code in PASSING_CODES and may_pass:
        await postpone(database, placement, reason, settings, is_unsure=False)
        return
    async with database.transaction() as transaction:
        await refuse(transaction, placement, reason.code, str(reason))


async def refuse(transaction: Transaction, placement: Placement, code: str, reason: str) -> None:
    """Tell that the order will not be made as it was approved; nothing when another was quicker."""
    if not await placements.mark_refused(transaction, placement, code, reason):
        return
    refused = FulfillmentRefused(
        order_id=placement.order_id, provider=PROVIDER, code=code, reason=reason
    )
    await outbox.add(transaction, refused)
    log.warning("order_refused", code=code, reason=reason)
