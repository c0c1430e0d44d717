"""What becomes of an order that cannot be placed: it waits, or a person is told."""

import structlog

from services.fulfillment.completeful import PROVIDER
from services.fulfillment.domain.addresses import Unmailable
from services.fulfillment.domain.claims import Claim, PlacementClaim
from services.fulfillment.domain.placing import PASSING_CODES, PASSING_FAILURES_MAX, Placement
from services.fulfillment.domain.setback import Setback
from services.fulfillment.settings import Settings
from services.fulfillment.store import placements
from shared import outbox
from shared.database import Database
from shared.events import FulfillmentRefused
from shared.outside import Away, Refused, Unavailable, in_log
from shared.patience import backoff_seconds
from shared.unexpected import CODE, UNEXPECTED_MAX, reason_of

log = structlog.get_logger()

PRODUCT_POLL_SECONDS_MAX = 5.0
STILL_AT_WORK = "an earlier request for the order may still be at work at Completeful"


async def wait_for_product(
    database: Database, placement: Placement, reason: str, settings: Settings
) -> None:
    """Postpone an order whose product may still be on its way to us, but not for ever."""
    if placement.waited.total_seconds() >= settings.product_wait_seconds:
        reason = f"{reason}: publish it, then approve the order again"
        await settle_refusal(database, placement, Refused("unknown_product", reason), settings)
        return
    seconds = backoff_seconds(
        placement.failures + 1, first=settings.retry_first_seconds, last=PRODUCT_POLL_SECONDS_MAX
    )
    async with database.statement() as transaction:
        await placements.postpone(
            transaction, placement, Setback(reason, seconds), is_unsure=placement.is_unsure
        )


async def postpone(
    database: Database, placement: Placement, reason: Unavailable | Refused, settings: Settings
) -> None:
    """Have the order tried again later, when Completeful says or with growing delay.

    A doubt whether it is there already stays: no answer to another request dispels it.
    """
    seconds = wait_seconds(placement, settings)
    is_unsure = placement.is_unsure
    if isinstance(reason, Unavailable):
        seconds = max(seconds, reason.retry_after or 0.0)
        is_unsure = is_unsure or reason.is_ambiguous
    setback = Setback(str(reason), seconds, is_away=isinstance(reason, Away))
    log.warning("placement_postponed", reason=in_log(reason), seconds=seconds, is_unsure=is_unsure)
    async with database.statement() as transaction:
        await placements.postpone(transaction, placement, setback, is_unsure=is_unsure)


async def settle_refusal(
    database: Database, placement: Placement, reason: Refused | Unmailable, settings: Settings
) -> None:
    """Try again for a while what may pass by itself; tell of everything else."""
    is_early = placement.waited.total_seconds() < settings.files_wait_seconds
    may_pass = is_early or placement.failures < PASSING_FAILURES_MAX
    if isinstance(reason, Refused) and reason.code in PASSING_CODES and may_pass:
        await postpone(database, placement, reason, settings)
    elif not await waits_for_earlier(database, placement, settings):
        await refuse(database, placement, reason.code, str(reason))


async def settle_cancellation(database: Database, placement: Placement, settings: Settings) -> None:
    """End a cancelled order that is not at the provider and never will be."""
    if not await waits_for_earlier(database, placement, settings):
        async with database.statement() as transaction:
            await placements.mark_cancelled(transaction, placement)


async def waits_for_earlier(database: Database, placement: Placement, settings: Settings) -> bool:
    """Postpone the end of an order of which an earlier request may yet arrive; False when none can.

    Completeful is at work on a request for as long as we would wait for its answer, whoever has
    sent it and died meanwhile.
    """
    if not placement.is_unsure or placement.rested.total_seconds() >= settings.timeout_seconds:
        return False
    reason = Unavailable(STILL_AT_WORK, retry_after=settings.timeout_seconds)
    await postpone(database, placement, reason, settings)
    return True


async def put_off(
    database: Database, settings: Settings, claim: PlacementClaim, error: Exception
) -> None:
    """Have the order tried again after what nobody expected; after some attempts tell a person.

    It may be at Completeful whatever has failed, so it stays unsure, told or not: the next attempt
    looks it up first. One that is cancelled is no person's to act on, and is looked up until it is
    known not to be there.
    """
    reason = reason_of(error)
    if claim.unexpected + 1 >= UNEXPECTED_MAX and not claim.is_cancelled:
        await refuse(database, claim, CODE, reason, is_unsure=True)
        return
    seconds = wait_seconds(claim, settings)
    log.warning("placement_postponed", reason=reason, seconds=seconds, is_unsure=True)
    async with database.statement() as transaction:
        setback = Setback(reason, seconds, is_unexpected=True)
        await placements.postpone(transaction, claim, setback, is_unsure=True)


def wait_seconds(claim: Claim, settings: Settings) -> float:
    """Give how long an order waits: the longer, the more often it has failed."""
    return backoff_seconds(
        claim.failures + 1, first=settings.retry_first_seconds, last=settings.retry_last_seconds
    )


async def refuse(
    database: Database,
    placement: PlacementClaim,
    code: str,
    reason: str,
    *,
    is_unsure: bool = False,
) -> None:
    """Tell that the order will not be made as it was approved; nothing when another was quicker."""
    refused = FulfillmentRefused(
        order_id=placement.order_id, provider=PROVIDER, code=code, reason=reason
    )
    async with database.transaction() as transaction:
        if not await placements.mark_refused(
            transaction, placement, code, reason, is_unsure=is_unsure
        ):
            return
        await outbox.add(transaction, refused)
    log.warning("order_refused", code=code)
