"""Placing: approved orders go to Completeful, each exactly once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from services.fulfillment.completeful import PROVIDER, Completeful
from services.fulfillment.domain.addresses import Unmailable
from services.fulfillment.domain.answers import ProviderOrder
from services.fulfillment.domain.claims import PlacementClaim
from services.fulfillment.domain.following import Following, Placed, lines_of
from services.fulfillment.domain.placing import (
    NotYetKnown,
    Placement,
    Product,
    order_request,
)
from services.fulfillment.settings import Settings
from services.fulfillment.store import placements
from services.fulfillment.store.placed import keep_placed
from services.fulfillment.worker.setbacks import (
    postpone,
    settle_cancellation,
    settle_refusal,
    wait_for_product,
)
from shared.cloudevents import encode
from shared.database import Database
from shared.events import FulfillmentStarted
from shared.group_commit import GroupCommit
from shared.lanes import Lanes
from shared.lease import Renewing
from shared.logs import about
from shared.outside import Refused, Unavailable
from shared.signed_urls import FileUrls
from shared.unexpected import Unreadable

log = structlog.get_logger()

Placements = GroupCommit[tuple[Placement, ProviderOrder], None]


@dataclass(frozen=True, slots=True)
class Request:
    """An order that was taken, and how to write what is to be sent of it.

    That it may be at the provider is committed. `write` raises Unmailable or NotYetKnown.
    """

    placement: Placement
    write: Callable[[], bytes]

    @property
    def claim(self) -> PlacementClaim:
        """Give by what the attempt knows the order."""
        return self.placement


Taken = Request | Unreadable[PlacementClaim]


async def take_placements(
    database: Database, urls: FileUrls, settings: Settings, limit: int
) -> list[Taken]:
    """Take waiting orders to be placed.

    That they were taken is committed before anything is sent, and no transaction is open while
    Completeful answers. After a crash in between, or no clear answer, the next attempt looks the
    order up.
    """
    async with database.statement() as transaction:
        taken, known = await placements.lease_due(transaction, limit, settings.lease)
    return prepare(urls, settings, taken, known)


def prepare(
    urls: FileUrls,
    settings: Settings,
    taken: Sequence[Placement | Unreadable[PlacementClaim]],
    known: Mapping[str, Product],
) -> list[Taken]:
    """Bring along what is needed to write what is sent of the orders that were taken."""
    return [
        each
        if isinstance(each, Unreadable)
        else Request(each, partial(write_order, each, known, urls, settings))
        for each in taken
    ]


def write_order(
    placement: Placement, known: Mapping[str, Product], urls: FileUrls, settings: Settings
) -> bytes:
    """Write the body; raises what is in its way."""
    return order_request(
        placement.approved,
        known,
        lambda key: urls.url_of(key, placement.signed_at),
        line_max=settings.address_line_max,
    )


async def place(
    database: Database,
    completeful: Completeful,
    placed: Placements,
    settings: Settings,
    request: Request,
) -> None:
    """Place one order, and keep it from others while Completeful takes its time."""
    placement, lease = request.placement, settings.lease
    with about(placement.order_id):
        async with Renewing(partial(renew, database, placement, lease), lease):
            await submit(database, completeful, placed, request, settings)


async def renew(database: Database, placement: Placement, lease: timedelta) -> bool:
    """Keep the order while Completeful takes its time; False when it has been lost."""
    async with database.statement() as transaction:
        return await placements.renew(transaction, placement, lease)


async def submit(
    database: Database,
    completeful: Completeful,
    placed: Placements,
    request: Request,
    settings: Settings,
) -> None:
    """Bring the order to the provider, and record what came of it."""
    placement = request.placement
    try:
        order = await find_or_create(completeful, request)
    except Unavailable as reason:
        await postpone(database, placement, reason, settings)
    except NotYetKnown as reason:
        await wait_for_product(database, placement, str(reason), settings)
    except (Unmailable, Refused) as reason:
        await settle_refusal(database, placement, reason, settings)
    else:
        if order is None:
            await settle_cancellation(database, placement, settings)
        else:
            await placed.add((placement, order))


async def find_or_create(completeful: Completeful, request: Request) -> ProviderOrder | None:
    """Look the order up if it may be there already, else send it; None when it is cancelled.

    What is there is the truth, whatever has changed since it was sent.
    """
    placement = request.placement
    if placement.is_unsure and (found := await look_up(completeful, placement)):
        return found
    return None if placement.is_cancelled else await create(completeful, request)


async def look_up(completeful: Completeful, placement: Placement) -> ProviderOrder | None:
    """Find the order at the provider; a lookup that is refused tells nothing of the order."""
    try:
        return await completeful.look_up(placement.order_id)
    except Refused as reason:
        raise Unavailable(str(reason)) from reason


async def create(completeful: Completeful, request: Request) -> ProviderOrder:
    """Send the order; a conflict may mean that it is there already."""
    placement, body = request.placement, request.write()
    try:
        return await completeful.create(body, placement.key_of(body))
    except Refused as reason:
        if reason.is_conflict and (order := await look_up(completeful, placement)):
            return order
        raise


async def record(
    database: Database,
    settings: Settings,
    following: Lanes[Following],
    answered: Sequence[tuple[Placement, ProviderOrder]],
) -> list[None]:
    """Tell that orders are placed, and begin to follow them, at once where lanes are free."""
    placed = [
        Placed(placement, order, lines_of(placement.approved.items, order))
        for placement, order in sorted(answered, key=lambda each: each[0].order_id)
    ]
    with following.keep(len(placed)) as are_free:
        async with database.statement() as transaction:
            said = [encode(started(each), transaction.service) for each in placed]
            lease = settings.lease if are_free else None
            taken = await keep_placed(transaction, placed, said, lease)
        following.begin(taken)
    return [None] * len(placed)


def started(placed: Placed) -> FulfillmentStarted:
    """Say that the provider has the order."""
    return FulfillmentStarted(
        order_id=placed.placement.order_id,
        provider=PROVIDER,
        provider_order_id=placed.order.provider_order_id,
    )
