"""The JSON API of single orders: everything a person may do besides approving."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.approval import decisions
from services.approval.access import ApiApprover
from services.approval.api import IfMatch, OrderId, as_seen
from services.approval.decisions import OrderIds
from services.approval.domain import Review, actions, corrections, giving_up
from services.approval.domain.acts import Act, Actor
from services.approval.outcomes import Undone
from shared.events import Address
from shared.http import OwnDatabase

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Asked(BaseModel):
    """What was said to the other services."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    events: list[str]
    """The names of the events, such as `OrderWithdrawn`; empty when nothing had to be said."""


class Because(BaseModel):
    """Why; it is shown on the order and stays on its timeline."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    reason: Text
    """In your own words."""


class Correction(BaseModel):
    """Another address, or other answers of one line."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    shipping_address: Address | None = None
    """The whole new address; with it the rest is not looked at."""
    line_item_id: str = Field(default="", max_length=200)
    """The line whose answers are corrected; used when no address is given."""
    answers: dict[str, Annotated[str, Field(max_length=2000)]] = {}
    """New answers by the names that the line has; those left out stay."""


class LineToMake(BaseModel):
    """The line whose print file is to be made again."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    line_item_id: str = Field(max_length=200)
    """The line, by its id in the order's `items`."""
    template: corrections.Template = "pinned"
    """The version that the order was ordered with, or the newest that is published."""


class GivenUp(BaseModel):
    """The service that is to forget what it could not take in of the order."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    service: str = Field(min_length=1, max_length=100)
    """As the order's concern with the code `event_set_aside` names it."""


async def retry_order(order_id: OrderId, database: OwnDatabase, who: ApiApprover) -> Asked:
    """Try again what failed: the print files, the factory, or the news to the store.

    Says PrintFileRequested, OrderApproved, StorefrontUpdateRequested or ReplayRequested, one for
    each failure; 409 when nothing has failed.
    """
    return Asked(events=await decisions.retry_order(database, order_id, who.name))


async def give_up(
    order_id: OrderId,
    lost: GivenUp,
    database: OwnDatabase,
    who: ApiApprover,
    if_match: IfMatch = None,
) -> Asked:
    """Give up what a service could not take in of the order: it never will, and nothing undoes it.

    So is what waits there behind it. Try `retry` before: it often helps after an update. Says
    FailureDropRequested; 409 where that service keeps nothing of the order.
    """
    doing = partial(giving_up.give_up, service=lost.service)
    return await act(database, order_id, who.name, doing, if_match)


async def hold_order(
    order_id: OrderId,
    why: Because,
    database: OwnDatabase,
    who: ApiApprover,
    if_match: IfMatch = None,
) -> Asked:
    """Keep the order from being approved until it is released.

    It is `on_hold` until then; an approval that still cools off is taken back. Nothing is said.
    """
    doing = partial(actions.hold, reason=why.reason)
    return await act(database, order_id, who.name, doing, if_match)


async def release_order(
    order_id: OrderId, database: OwnDatabase, who: ApiApprover, if_match: IfMatch = None
) -> Asked:
    """Let an order go on that was held or rejected, as if it never was. Nothing is said."""
    return await act(database, order_id, who.name, actions.release, if_match)


async def reject_order(
    order_id: OrderId,
    why: Because,
    database: OwnDatabase,
    who: ApiApprover,
    if_match: IfMatch = None,
) -> Asked:
    """Refuse to make the order: it is `rejected` until it is released. Nothing is said."""
    doing = partial(actions.reject, reason=why.reason)
    return await act(database, order_id, who.name, doing, if_match)


async def cancel_order(
    order_id: OrderId,
    why: Because,
    database: OwnDatabase,
    who: ApiApprover,
    if_match: IfMatch = None,
) -> Asked:
    """Cancel the order with us and, where it has begun, at the factory.

    Says OrderWithdrawn, and its status becomes `cancelled`; 409 once a package has left.
    """
    doing = partial(actions.cancel, reason=why.reason)
    return await act(database, order_id, who.name, doing, if_match)


async def correct_order(
    order_id: OrderId,
    correction: Correction,
    database: OwnDatabase,
    who: ApiApprover,
    if_match: IfMatch = None,
) -> Asked:
    """Correct the address, or the answers of one line, before the order goes out.

    So is an order corrected that the factory refused; it then waits for an approval again.

    Other answers have the line printed anew: PrintFileRequested is said, and the order waits for
    the files. Of another address AddressCorrected is said, and what it costs is asked anew.
    """
    return await act(database, order_id, who.name, doing_of(correction), if_match)


def doing_of(correction: Correction) -> Callable[[Review, Actor], Act]:
    """Give what corrects the order so."""
    if correction.shipping_address:
        return partial(corrections.correct_address, address=correction.shipping_address)
    return partial(
        corrections.correct_answers,
        line_item_id=correction.line_item_id,
        answers=correction.answers,
    )


async def make_again(
    order_id: OrderId,
    line: LineToMake,
    database: OwnDatabase,
    who: ApiApprover,
    if_match: IfMatch = None,
) -> Asked:
    """Have a line's print file made again; the order cannot be approved until it is there.

    Says PrintFileRequested.
    """
    doing = partial(corrections.make_again, line_item_id=line.line_item_id, template=line.template)
    return await act(database, order_id, who.name, doing, if_match)


async def reprint_order(
    order_id: OrderId, database: OwnDatabase, who: ApiApprover, if_match: IfMatch = None
) -> Asked:
    """Order the same once more, as a new order that names this one and waits for an approval.

    Says ReprintOrdered; 409 for an order that was never sent to be made.
    """
    return await act(database, order_id, who.name, actions.reprint, if_match)


async def undo_approval(
    order_id: OrderId, database: OwnDatabase, who: ApiApprover, if_match: IfMatch = None
) -> Asked:
    """Take the approval back while it cools off; then the order waits for an approval again.

    Nothing is said; 409 once it has gone out.
    """
    return await act(database, order_id, who.name, actions.take_back, if_match)


class Orders(BaseModel):
    """Orders by their ids."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    order_ids: OrderIds
    """Their ids, as `order_id` gives them."""


async def undo_approvals(wanted: Orders, database: OwnDatabase, who: ApiApprover) -> Undone:
    """Take back approvals that have not gone out yet, with a result for each order.

    The others are named in `refused` with the reason, and keep nobody waiting. Nothing is said.
    """
    return await decisions.undo_these(database, wanted.order_ids, who.name)


async def act(
    database: OwnDatabase,
    order_id: OrderId,
    who: str,
    doing: Callable[[Review, Actor], Act],
    if_match: str | None,
) -> Asked:
    """Do it, if the order is still as it was seen."""
    said = await decisions.act_on(database, order_id, who, doing, as_seen(if_match))
    return Asked(events=said)
