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
    order = facts.wanted if is_ready(facts) else None
    if order is None or order.shipping_address is None:
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


def is_ready(facts: Facts) -> bool:
    """Tell whether the order waits for an approval, unless it has one."""
    if facts.order is None or not facts.prints.are_good:
        return False
    return standing_of(facts, is_approved=False).status is Status.NEEDS_APPROVAL


def as_said(snapshot: Snapshot, event_id: str, who: str, at: datetime) -> bytes:
    """Write the OrderApproved of a snapshot, whose body stays as it is."""
    later = to_json({"event_id": event_id, "occurred_at": at, "approved_by": who})
    return b"%b,%b" % (later[:-1], snapshot.body[1:].encode())


def approval_event(body: str, who: str, now: datetime, **more: str) -> OrderApproved:
    """Say what a snapshot holds, word for word but for its moment and its person."""
    return OrderApproved.model_validate(
        from_json(body) | {"approved_by": who, "occurred_at": now} | more
    )
