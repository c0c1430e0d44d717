"""What approval does at its own pace."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from services.approval import store
from services.approval.domain import Approval, Review, actions
from services.approval.domain.judging import grounds_of
from services.approval.domain.rules import Rules
from services.approval.domain.snapshot import approval_event
from services.approval.domain.timeline import gone_out
from services.approval.rulebook import RuleBook
from services.approval.store import answering, changes, going_out, judging, ruling
from services.approval.store.going_out import Due
from services.approval.store.recent import Recent
from shared import outbox
from shared.cloudevents import encode
from shared.database import Database, Transaction
from shared.events import ApprovalOverdue, OrderApproved
from shared.metrics import Metrics
from shared.unexpected import Unreadable, count_failed, do_together, reason_of

AT_ONCE = 200
FORGET_SECONDS = 3600.0
"""How often is looked for answers to forget; nobody waits for it."""
OVERDUE_SECONDS = 10.0
"""How often is looked for orders that have waited too long, which are hours."""
SEND_AGAIN = timedelta(minutes=5)
"""For how long an approval rests that can neither go out nor be taken back."""


async def fold_tally(database: Database) -> int:
    """Sum up the changes of the counts; 0 when there are few."""
    async with database.statement() as transaction:
        return await changes.fold_tally(transaction)


async def forget_answers(database: Database) -> int:
    """Forget what was answered to requests with a key a month ago."""
    async with database.statement() as transaction:
        return await answering.forget_answers(transaction)


async def apply_rules(database: Database, book: RuleBook, recent: Recent, metrics: Metrics) -> bool:
    """Approve what a rule lets through; False when no waiting order is new to the rules.

    Most are approved when they are learned of; here it is who waited when the rules changed, and
    whom the database has to be asked about. Nobody's approval is anticipated: the order is locked,
    and what the rule saw is what is said. One that a rule fails at waits for a person.
    """
    rules, version = (held := await book.fresh()).rules, held.version
    if not rules.can_approve:
        return False
    async with database.transaction() as transaction:
        taken = await judging.lock_unjudged(transaction, version, AT_ONCE)
        if not taken:
            return False
        await judging.mark_judged(transaction, version, [claim_of(each) for each in taken])
        reviews = [each for each in taken if isinstance(each, Review)]

        async def failed(review: Review, error: Exception) -> None:
            count_failed(metrics, "rules", transaction.service, review.order_id, error)

        for each in taken:
            if isinstance(each, Unreadable):
                count_failed(metrics, "rules", transaction.service, each.claim.order_id, each.error)
        judge = partial(apply_to, transaction, rules, recent)
        await do_together(transaction, reviews, judge, failed)
    return True


def claim_of(taken: Review | Unreadable[Review]) -> Review:
    """Give the review, or what is known of one that cannot be read."""
    return taken.claim if isinstance(taken, Unreadable) else taken


async def apply_to(
    transaction: Transaction, rules: Rules, recent: Recent, reviews: Sequence[Review]
) -> None:
    """Approve what a rule lets through of these orders, which are locked."""
    asked = rules.auto_approve_returning
    returning = await judging.find_returning(transaction, reviews) if asked else set()
    approved: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        is_returning = review.order_id in returning
        for rule in grounds_of(review, rules, is_returning=is_returning)[:1]:
            approved[rule].append(review)
    now = await ruling.find_now(transaction)
    for rule, those in approved.items():
        seen = [each.snapshot.hash if each.snapshot else None for each in those]
        approval = Approval(now, rule, rules.goes_out_at(now))
        ids = [each.order_id for each in those]
        await store.approve(transaction, ids, seen, approval, recent)


async def send_approved(database: Database, metrics: Metrics) -> bool:
    """Say the approvals that have cooled off; False when none is due.

    One that cannot be said is before a person again, with the reason, and holds no other up.
    """
    async with database.transaction() as transaction:
        due = await going_out.lock_due(transaction, AT_ONCE)

        async def failed(each: Due, error: Exception) -> None:
            if isinstance(error, Unsayable):
                reason = str(error)
            else:
                reason = reason_of(error)
                count_failed(metrics, "send", transaction.service, each.order_id, error)
            await do_together(transaction, [each], partial(take_back, transaction, reason), put_off)

        async def put_off(each: Due, error: Exception) -> None:
            count_failed(metrics, "send", transaction.service, each.order_id, error)
            await going_out.put_off(transaction, each.order_id, SEND_AGAIN)

        await do_together(transaction, due, partial(send, transaction), failed)
    return bool(due)


async def send(transaction: Transaction, due: Sequence[Due]) -> None:
    """Say these approvals; raises Unsayable."""
    events = [said_of(each) for each in due]
    await going_out.mark_gone_out(transaction, [gone_out(event) for event in events])
    await outbox.add(transaction, events)


class Unsayable(Exception):
    """An approval that cannot go out as it was given."""


def said_of(due: Due) -> OrderApproved:
    """Write what is said of an approval; raises Unsayable for what an older version let through."""
    try:
        event = approval_event(due.snapshot, due.approved_by, due.now, event_id=due.event_id)
    except ValueError as error:
        raise Unsayable("What was approved cannot be read any more") from error
    if outbox.size_of(encode(event, "approval")) > outbox.MESSAGE_BYTES_MAX:
        raise Unsayable("It is too large to be passed on as one order")
    return event


async def take_back(transaction: Transaction, reason: str, due: Sequence[Due]) -> None:
    """Put orders before a person again whose approvals cannot go out."""
    reviews = await store.lock_reviews(transaction, [each.order_id for each in due])
    acts = [actions.return_unsent(reviews[each.order_id], reason, each.now) for each in due]
    happenings = [each for act in acts for each in act.happenings]
    await store.save_reviews(transaction, [act.review for act in acts], happenings)


async def say_overdue(database: Database, book: RuleBook, gauge: Callable[[float], None]) -> bool:
    """Say of each order once that it waits too long, and keep the metric true."""
    after = (await book.fresh()).rules.overdue_after
    if after is None:
        gauge(0)
        return False
    async with database.transaction() as transaction:
        gauge(await judging.count_overdue(transaction, after))
        overdue = await judging.take_overdue(transaction, after, AT_ONCE)
        await outbox.add(
            transaction,
            [
                ApprovalOverdue(order_id=order_id, waiting_since=placed_at)
                for order_id, placed_at in overdue.items()
            ],
        )
    return bool(overdue)
