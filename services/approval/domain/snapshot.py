"""The snapshot: exactly what a person sees when approving, and exactly what is then made."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from pydantic_core import from_json, to_json

from services.approval.domain.approvable import approval_of
from services.approval.domain.facts import Facts
from services.approval.domain.standing import Status, standing_of
from shared.events import OrderApproved

SAID_LATER = {"event_id", "occurred_at", "approved_by"}
"""What of OrderApproved is known only at the moment of approval."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An OrderApproved that lacks only its id, its moment and the person; and its hash."""

    hash: str
    body: str


def snapshot_of(facts: Facts) -> Snapshot | None:
    """Give what an approval would approve now; None while the order is not ready."""
    order = facts.order and facts.prints.are_good and facts.wanted
    if not order or order.shipping_address is None:
        return None
    if standing_of(facts, is_approved=False).status is not Status.NEEDS_APPROVAL:
        return None
    approval = approval_of(facts, order, order.shipping_address)
    seen = (
        order.shopper,
        order.shipping_address,
        order.total,
        facts.prints.lines,
        approval.items,
    )
    digest = sha256(to_json(seen)).hexdigest()
    event = approval.model_copy(update={"snapshot_hash": digest})
    return Snapshot(digest, event.model_dump_json(exclude=SAID_LATER))


def approval_event(body: str, who: str, now: datetime, **more: str) -> OrderApproved:
    """Say what a snapshot holds, word for word but for its moment and its person."""
    return OrderApproved.model_validate(
        from_json(body) | {"approved_by": who, "occurred_at": now} | more
    )
