"""A person's decisions on orders, for the API and for the page alike."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from pydantic import Field

from services.approval import store
from services.approval.domain import Approval, Review, actions, retry
from services.approval.domain.acts import Act, Actor, NotNow
from services.approval.domain.query import Query
from services.approval.inputs import OrderName
from services.approval.outcomes import Outcome, Refusal, Undone, no_such, refusal_of
from services.approval.store import ruling
from services.approval.store.recent import Recent
from shared import outbox
from shared.database import Database, Transaction
from shared.http import Problem

ORDERS_MAX = 100_000
MANY_SECONDS_MAX = 300.0
"""How long a statement about so many orders may take: on a slow machine, minutes."""
NEWER = "newer"
CAME = "It came or changed after you looked: look at it again."


def as_order_id(text: str) -> str | None:
    """Write an order's id in its one form; None when this cannot be one."""
    try:
        return str(UUID(text))
    except ValueError:
        return None


async def approve_these(
    database: Database,
    recent: Recent,
    order_ids: Sequence[str],
    who: str,
    seen: Sequence[str | None] | None = None,
) -> Outcome:
    """Approve those that are ready, and say of each other one why it is not."""
    hashes = {
        order_id: seen[place] if seen else None
        for place, text in enumerate(order_ids)
        if (order_id := as_order_id(text))
    }
    async with database.transaction(MANY_SECONDS_MAX) as transaction:
        known = list(hashes)
        await store.lock_orders(transaction, known)
        approval = await new_approval(transaction, who)
        approved = await store.approve(transaction, known, list(hashes.values()), approval, recent)
        left = [text for text in order_ids if as_order_id(text) not in approved]
        refused = await explain(transaction, left, hashes)
    return Outcome(
        approved=[text for text in known if text in approved],
        refused=refused,
        approved_at=approval.approved_at,
        goes_out_at=approval.goes_out_at,
    )


async def approve_waiting(
    database: Database, recent: Recent, query: Query, who: str, as_of: str = ""
) -> Outcome:
    """Approve every order that waits for it and that the query finds.

    With a moment, only as they stood then: nobody has counted what came or changed since, so that
    is named and left.
    """
    async with database.transaction(MANY_SECONDS_MAX) as transaction:
        order_ids, newer = await store.lock_waiting(transaction, query, as_of)
        approval = await new_approval(transaction, who)
        seen = [None] * len(order_ids)
        approved = await store.approve(transaction, order_ids, seen, approval, recent)
    return Outcome(
        approved=sorted(approved),
        refused=[Refusal(order_id=each, status=409, code=NEWER, detail=CAME) for each in newer],
        approved_at=approval.approved_at,
        goes_out_at=approval.goes_out_at,
    )


async def new_approval(transaction: Transaction, who: str) -> Approval:
    """Give an approval of this moment, which cools off for as long as the merchant wants."""
    rules, now = await ruling.find_rules(transaction)
    return Approval(now, who, rules.goes_out_at(now))


async def undo_these(database: Database, order_ids: Sequence[str], who: str) -> Undone:
    """Take back the approvals that have not gone out, and say of each other one why not."""
    undone, refused = [], []
    async with database.transaction(MANY_SECONDS_MAX) as transaction:
        known = [key for text in order_ids if (key := as_order_id(text))]
        reviews = await store.lock_reviews(transaction, known)
        acts = []
        for text in order_ids:
            review = reviews.get(as_order_id(text) or "")
            if review is None or review.revision == 0:
                refused.append(no_such(text))
                continue
            try:
                acts.append(actions.take_back(review, Actor(who, datetime.now(UTC))))
                undone.append(review.order_id)
            except NotNow as reason:
                refused.append(
                    Refusal(order_id=text, status=409, code="not_now", detail=str(reason))
                )
        happenings = [each for act in acts for each in act.happenings]
        await store.save_reviews(transaction, [act.review for act in acts], happenings)
    return Undone(undone=undone, refused=refused)


async def explain(
    transaction: Transaction, order_ids: Sequence[str], hashes: dict[str, str | None]
) -> list[Refusal]:
    """Say of each order why it was not approved."""
    if not order_ids:
        return []
    asked = [(text, as_order_id(text)) for text in order_ids]
    states = await store.find_states(transaction, [found for _, found in asked if found])
    refusals = []
    for text, order_id in asked:
        if order_id is None or order_id not in states:
            refusals.append(no_such(text))
            continue
        status, approved_by = states[order_id]
        refusal = refusal_of(order_id, status, approved_by)
        if refusal.code == "changed":
            changes = await store.find_changes_since(transaction, order_id, hashes[order_id] or "")
            refusal = refusal.model_copy(update={"changes": changes})
        refusals.append(refusal)
    return refusals


async def retry_order(database: Database, order_id: str, who: str) -> list[str]:
    """Ask again for what failed, and give the names of what was asked for."""

    def attempt(review: Review, actor: Actor) -> Act:
        act = retry(review, actor.who, actor.now)
        if act is None:
            label = review.standing.status.label.lower()
            raise Problem(
                409,
                "Nothing to retry",
                f"Nothing has failed: the order is {label}.",
                code="nothing_to_retry",
            )
        return act

    return await act_on(database, order_id, who, attempt)


async def act_on(
    database: Database,
    order_id: str,
    who: str,
    doing: Callable[[Review, Actor], Act],
    seen: str | None = None,
) -> list[str]:
    """Do something with one order, if it is still as it was seen; give the names of what was said.

    Raises Problem: 404 for an unknown order, 409 when it cannot be done now, 412 when the order
    has changed since.
    """
    key = as_order_id(order_id)
    async with database.transaction() as transaction:
        reviews = await store.lock_reviews(transaction, [key] if key else [])
        review = reviews[key] if key else Review(order_id)
        if review.revision == 0:
            raise unknown(order_id)
        if seen and seen not in {etag_of(review), str(review.revision)}:
            detail = "It has changed since you saw it: look at it again."
            raise Problem(412, "Changed", detail, code="changed")
        try:
            act = doing(review, Actor(who, datetime.now(UTC)))
        except NotNow as reason:
            raise Problem(409, "Not now", str(reason), code="not_now") from reason
        await store.save_reviews(transaction, [act.review], act.happenings)
        await outbox.add(transaction, act.events)
    return [type(event).__name__ for event in act.events]


def etag_of(review: Review) -> str:
    """Name the state of an order that a person has seen."""
    return review.snapshot.hash if review.snapshot else str(review.revision)


def unknown(order_id: str) -> Problem:
    """Answer that no such order is known here."""
    return Problem(404, "Unknown order", f"No order has the id {order_id[:100]}.", code="unknown")


OrderIds = Annotated[list[OrderName], Field(min_length=1, max_length=ORDERS_MAX)]


async def recent_of(request: Request) -> Recent:
    """Give what this service remembers of orders."""
    recent: Recent = request.app.state.recent
    return recent


OwnRecent = Annotated[Recent, Depends(recent_of)]
