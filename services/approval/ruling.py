"""The rules over HTTP: read, tried and changed by programs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.approval import store
from services.approval.access import ApiAdmin, ApiViewer
from services.approval.api import IfMatch, as_seen
from services.approval.domain import Review, Status
from services.approval.domain.query import Query
from services.approval.domain.rules import Rules
from services.approval.domain.trial import Trial, try_rules
from services.approval.rulebook import Conflict, RuleBook
from services.approval.store import judging
from services.approval.store.ruling import Ruling
from shared.database import Database
from shared.http import OwnDatabase, Problem

TRIED_MAX = 500


async def book_of(request: Request) -> RuleBook:
    """Give the rules of this service."""
    book: RuleBook = request.app.state.rules
    return book


OwnRules = Annotated[RuleBook, Depends(book_of)]


class HeldRules(BaseModel):
    """The rules that hold, and who made them."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    version: int
    """Counts the changes; it is the ETag too."""
    changed_at: AwareDatetime
    """Since when they hold."""
    changed_by: str
    """Who made them; `settings` as long as nobody has changed what the installation says."""
    rules: Rules
    """What holds now."""


async def read_rules(response: Response, book: OwnRules, _: ApiViewer) -> HeldRules:
    """Read the rules; the ETag is what a change must name in If-Match."""
    await book.read()
    return held_by(response, book.held)


async def change_rules(
    rules: Rules, response: Response, book: OwnRules, who: ApiAdmin, if_match: IfMatch = None
) -> HeldRules:
    """Let other rules hold from now on, if those seen still do; what is left out is off."""
    seen = as_seen(if_match)
    if seen is None:
        raise Problem(
            428, "Which rules?", "Send the ETag of the rules that you have seen as If-Match."
        )
    try:
        held = await book.change(rules, int(seen) if seen.isdecimal() else -1, who.name)
    except Conflict as conflict:
        detail = f"{conflict.held.changed_by} changed the rules meanwhile: read them again."
        raise Problem(412, "Changed", detail, code="changed") from conflict
    return held_by(response, held)


async def try_out(rules: Rules, database: OwnDatabase, _: ApiViewer) -> Trial:
    """Say what the rules would do to the newest orders that wait now; nothing is changed."""
    return await trial_of(database, rules)


def held_by(response: Response, held: Ruling) -> HeldRules:
    """Show the rules with their ETag."""
    response.headers["ETag"] = f'"{held.version}"'
    return HeldRules(
        version=held.version,
        changed_at=held.changed_at,
        changed_by=held.changed_by,
        rules=held.rules,
    )


async def trial_of(database: Database, rules: Rules) -> Trial:
    """Let the rules look at the newest orders that wait."""
    query = Query(statuses=(Status.NEEDS_APPROVAL,))
    async with database.transaction() as transaction:
        reviews: Sequence[Review] = await store.list_reviews(transaction, query, None, TRIED_MAX)
        returning = await judging.find_returning(transaction, reviews)
        counts = await store.count_by_status(transaction)
    waiting = counts.get(Status.NEEDS_APPROVAL, 0)
    now = datetime.now(UTC)
    return try_rules(rules, reviews, waiting=waiting, returning=returning, now=now)
