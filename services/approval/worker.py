"""What approval does at its own pace."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import ValidationError

from services.approval import store
from services.approval.domain import Approval, Review, actions
from services.approval.domain.judging import grounds_of
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

AT_ONCE = 200
FORGET_SECONDS = 3600.0
"""How often is looked for answers to forget; nobody waits for it."""
OVERDUE_SECONDS = 10.0
"""How often is looked for orders that have waited too long, which are hours."""


async def fold_tally(database: Database) -> int:
    """Sum up the changes of the counts; 0 when there are few."""
    async with database.statement() as transaction:
        return await changes.fold_tally(transaction)


async def forget_answers(database: Database) -> int:
    """Forget what was answered to requests with a key a month ago."""
    async with database.statement() as transaction:
        return await answering.forget_answers(transaction)


async def apply_rules(database: Database, book: RuleBook, recent: Recent) -> bool:
    """Approve what a rule lets through; False when no waiting order is new to the rules.

    Most are approved when they are learned of; here it is who waited when the rules changed, and
    whom the database has to be asked about. Nobody's approval is anticipated: the order is locked,
    and what the rule saw is what is said.
    """
    rules, version = (held := await book.fresh()).rules, held.version
    if not rules.can_approve:
        return False
    async with database.transaction() as transaction:
        reviews = await judging.lock_unjudged(transaction, version, AT_ONCE)
        if not reviews:
            return False
        asked = rules.auto_approve_returning
        returning = await judging.find_returning(transaction, reviews) if asked else set()
        await judging.mark_judged(transaction, version, reviews)
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
    return True


async def send_approved(database: Database) -> bool:
    """Say the approvals that have cooled off; False when none is due.

    One that cannot be said is before a person again, with the reason, and holds no other up.
    """
    async with database.transaction() as transaction:
        due = await going_out.lock_due(transaction, AT_ONCE)
        if not due:
            return False
        events, unsayable = [], dict[str, str]()
        for each in due:
            try:
                events.append(said_of(each))
            except Unsayable as reason:
                unsayable[each.order_id] = str(reason)
        await take_back(transaction, unsayable, due[0].now)
        await going_out.mark_gone_out(transaction, [gone_out(event) for event in events])
        await outbox.add(transaction, events)
    return True


class Unsayable(Exception):
    """An approval that cannot go out as it was given."""


def said_of(due: Due) -> OrderApproved:
    """Write what is said of an approval; raises Unsayable for what an older version let through."""
    try:
        event = approval_event(due.snapshot, due.approved_by, due.now, event_id=due.event_id)
    except ValidationError as error:
        raise Unsayable("What was approved cannot be read any more") from error
    if outbox.size_of(encode(event, "approval")) > outbox.MESSAGE_BYTES_MAX:
        raise Unsayable("It is too large to be passed on as one order")
    return event


async def take_back(transaction: Transaction, reasons: Mapping[str, str], now: datetime) -> None:
    """Put orders before a person again whose approvals cannot go out."""
    reviews = await store.lock_reviews(transaction, list(reasons))
    acts = [actions.return_unsent(review, reasons[key], now) for key, review in reviews.items()]
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
        order_ids = await judging.take_overdue(transaction, after, AT_ONCE)
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
