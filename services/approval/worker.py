"""What approval does at its own pace."""

from collections.abc import Callable
from datetime import UTC, datetime

from services.approval import store
from services.approval.domain.rules import Rules
from services.approval.store import changes, judging
from shared import outbox
from shared.database import Database
from shared.events import ApprovalOverdue

AT_ONCE = 200


async def fold_tally(database: Database) -> bool:
    """Sum up the changes of the counts; False when there are few."""
    async with database.transaction() as transaction:
        return await changes.fold_tally(transaction)


async def apply_rules(database: Database, rules: Rules) -> bool:
    """Approve what a rule lets through; False when no waiting order is new to the rules.

    Nobody's approval is anticipated: the order is locked, and what the rule saw is what is said.
    """
    now = datetime.now(UTC)
    async with database.transaction() as transaction:
        reviews = await judging.lock_unjudged(transaction, now - rules.cooling_off, AT_ONCE)
        returning = (
            await judging.find_returning(transaction, reviews)
            if rules.returning_shoppers
            else set[str]()
        )
        await judging.mark_judged(transaction, reviews)
        for review in reviews:
            is_returning = review.order_id in returning
            rule = rules.approves(review.facts, is_returning=is_returning)
            if rule and review.snapshot:
                seen = [review.snapshot.hash]
                await store.approve(transaction, [review.order_id], seen, rule, now)
    return bool(reviews)


async def say_overdue(database: Database, rules: Rules, gauge: Callable[[float], None]) -> bool:
    """Say of each order once that it waits too long, and keep the metric true."""
    if rules.overdue_after is None:
        return False
    now = datetime.now(UTC)
    limit = now - rules.overdue_after
    async with database.transaction() as transaction:
        gauge(await judging.count_overdue(transaction, limit))
        order_ids = await judging.take_overdue(transaction, limit, AT_ONCE)
        reviews = await store.lock_reviews(transaction, order_ids)
        await outbox.add(
            transaction,
            [
                ApprovalOverdue(order_id=order_id, waiting_since=review.facts.order.placed_at)
                for order_id, review in reviews.items()
                if review.facts.order
            ],
        )
    return bool(order_ids)
