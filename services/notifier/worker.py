"""What notifier does at its own pace: tell the store of packages, one after another per order."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import monotonic

import structlog

from services.notifier import store
from services.notifier.domain.correcting import corrections_of
from services.notifier.domain.telling import (
    Claim,
    Package,
    SetTracking,
    Tell,
    Told,
    Untellable,
    next_step,
)
from services.notifier.settings import Settings
from services.notifier.shopify import Shopify
from shared import outbox
from shared.cloudevents import encode
from shared.database import Database
from shared.events import StorefrontRefused, StorefrontUpdated
from shared.group_commit import GroupCommit
from shared.lease import RENEWALS, Renewing
from shared.logs import about
from shared.outside import Refused, Unavailable
from shared.patience import backoff_seconds
from shared.unexpected import UNEXPECTED_MAX, Unreadable, reason_of

log = structlog.get_logger()

LOCATIONS_MAX = 5
NOT_TRIED = "it was not tried yet"
AGAIN = "It is tried again by itself"
LOST = "another attempt has taken the order"
Keep = Callable[[], Awaitable[bool]]
ToldPackages = GroupCommit[tuple[Package, str], None]


async def take_packages(
    database: Database, settings: Settings, limit: int
) -> list[Package | Unreadable[Claim]]:
    """Take packages that wait, one of an order.

    The order is leased as a whole, so that no two of its packages are told at once, and no
    transaction is open while the store answers.
    """
    now = monotonic()
    async with database.statement() as transaction:
        taken = await store.lease_due(transaction, limit, settings.lease)
    return [replace(each, taken_at=now) if isinstance(each, Package) else each for each in taken]


async def update_store(
    database: Database, shopify: Shopify, told: ToldPackages, settings: Settings, package: Package
) -> None:
    """Tell the store of one package."""
    lease = settings.lease
    with about(package.order_id, shipment_id=package.shipment_id):
        async with Renewing(partial(renew, database, package, lease), lease):
            keep = partial(keep_order, database, package, lease)
            await update(database, shopify, told, package, settings, keep)


async def keep_order(database: Database, package: Package, lease: timedelta) -> bool:
    """Make sure that the order is ours for a while yet; False when it has been lost.

    A lease that is young by our own clock needs no question, and most are.
    """
    if monotonic() - package.taken_at < lease.total_seconds() / RENEWALS:
        return True
    return await renew(database, package, lease)


async def renew(database: Database, package: Package, lease: timedelta) -> bool:
    """Keep the order while the store takes its time; False when it has been lost."""
    async with database.statement() as transaction:
        return await store.renew(transaction, package, lease)


async def update(
    database: Database,
    shopify: Shopify,
    told: ToldPackages,
    package: Package,
    settings: Settings,
    keep: Keep,
) -> None:
    """Tell, and record what came of it."""
    try:
        fulfillment_id = await tell(shopify, package, settings, keep)
    except Unavailable as reason:
        await postpone(database, package, reason, settings)
    except (Refused, Untellable) as reason:
        await refuse(database, package, str(reason))
    else:
        await told.add((package, fulfillment_id))


async def tell(shopify: Shopify, package: Package, settings: Settings, keep: Keep) -> str:
    """Bring the store to know of the whole package, and give the fulfillment that says so.

    What the store knows is read first: an earlier attempt may have got through unanswered. The
    store has no idempotency key, so a process that was held up must not go on with what it read
    before another took the order.
    """
    if package.shop != settings.shop:
        raise Untellable(f"there is no access to {package.shop}: connect it, then tell it again")
    if package.tracking_version > 1:
        await correct(shopify, package, settings, keep)
    for _ in range(LOCATIONS_MAX):
        step = next_step(package, await shopify.read_order(package.storefront_order_id))
        if isinstance(step, Told):
            return step.fulfillment_id
        if not await keep():
            raise Unavailable(LOST)
        if isinstance(step, SetTracking):
            return await shopify.set_tracking(step, notify_customer=settings.notify_customer)
        fulfillment_id = await create(shopify, package, step, settings)
        if fulfillment_id is not None and step.is_all:
            return fulfillment_id
    raise Untellable(f"the items lie at more than {LOCATIONS_MAX} locations: fulfill them by hand")


async def correct(shopify: Shopify, package: Package, settings: Settings, keep: Keep) -> None:
    """Show the tracking that holds now wherever the store shows one that was told before."""
    order = await shopify.read_order(package.storefront_order_id)
    for step in corrections_of(package, order):
        if not await keep():
            raise Unavailable(LOST)
        await shopify.set_tracking(step, notify_customer=settings.notify_customer)


async def create(shopify: Shopify, package: Package, step: Tell, settings: Settings) -> str | None:
    """Create one fulfillment, and give its id; None when somebody was quicker.

    After a refusal the order is read again: what is still to be told then is what was refused.
    """
    try:
        fulfillment_id = await shopify.create_fulfillment(
            step, package.tracking, notify_customer=settings.notify_customer
        )
    except Refused:
        after = next_step(package, await shopify.read_order(package.storefront_order_id))
        if after == step:
            raise
        return None
    log.info("fulfillment_created", fulfillment_id=fulfillment_id)
    return fulfillment_id


async def postpone(
    database: Database, package: Package, reason: Unavailable, settings: Settings
) -> None:
    """Have the order wait: until the store says, or with growing delay.

    A request that may still be at work is given time to show its effect.
    """
    seconds = wait_seconds(package, settings)
    if reason.is_ambiguous:
        seconds = max(seconds, settings.settle_seconds)
    seconds = max(seconds, reason.retry_after or 0.0)
    log.warning("package_postponed", reason=str(reason), seconds=seconds)
    async with database.transaction() as transaction:
        await store.postpone(transaction, package, str(reason), seconds=seconds)


async def put_off(database: Database, settings: Settings, claim: Claim, error: Exception) -> None:
    """Have the order wait after what nobody expected; after some attempts a person is told.

    The store may have taken what was sent, and is given time to show it.
    """
    reason = reason_of(error)
    if claim.unexpected + 1 >= UNEXPECTED_MAX:
        await refuse(database, claim, reason)
        return
    seconds = max(wait_seconds(claim, settings), settings.settle_seconds)
    log.warning("package_postponed", reason=reason, seconds=seconds)
    async with database.transaction() as transaction:
        await store.postpone(transaction, claim, reason, seconds=seconds, is_unexpected=True)


async def say_delays(database: Database, settings: Settings) -> bool:
    """Say of packages that the store was not told of them for long; False when of none.

    Each is tried on, and what takes it back is that the store knows of it.
    """
    after = timedelta(seconds=settings.delay_said_after_seconds)
    async with database.transaction() as transaction:
        delayed = [
            StorefrontRefused(**dict(row) | {"reason": f"{row['reason'] or NOT_TRIED}. {AGAIN}"})
            for row in await store.take_delayed(transaction, after)
        ]
        await outbox.add(transaction, delayed)
    return bool(delayed)


def wait_seconds(claim: Claim, settings: Settings) -> float:
    """Give how long an order waits: the longer, the more often it has failed."""
    return backoff_seconds(
        claim.failures + 1, first=settings.retry_first_seconds, last=settings.retry_last_seconds
    )


async def refuse(database: Database, package: Claim, reason: str) -> None:
    """Tell that the store will not take the package; nothing when another was quicker."""
    async with database.transaction() as transaction:
        if await store.mark_refused(transaction, package, reason):
            refused = StorefrontRefused(
                order_id=package.order_id,
                shipment_id=package.shipment_id,
                reason=reason,
                tracking_version=package.tracking_version,
            )
            await outbox.add(transaction, refused)
            log.warning("package_refused", reason=reason)


async def record(database: Database, told: Sequence[tuple[Package, str]]) -> list[None]:
    """Tell that the store knows of packages.

    Nothing is told of one that another attempt was quicker with.
    """
    told = sorted(told, key=lambda each: each[0].order_id)
    async with database.statement() as transaction:
        said = [encode(updated(*each), transaction.service) for each in told]
        await store.mark_told(transaction, told, said)
    return [None] * len(told)


def updated(package: Package, fulfillment_id: str) -> StorefrontUpdated:
    """Say that the store knows of the package."""
    return StorefrontUpdated(
        order_id=package.order_id,
        shipment_id=package.shipment_id,
        storefront_fulfillment_id=fulfillment_id,
        tracking_number=package.tracking_number,
        tracking_version=package.tracking_version,
    )
