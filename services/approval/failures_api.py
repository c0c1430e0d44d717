"""The JSON API of failures: what services keep for a person and no order shows."""

from typing import Annotated, Any

from fastapi import Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.approval.access import ApiApprover, ApiViewer
from services.approval.acting import Asked
from services.approval.domain.failures import NEVER_GIVEN_UP
from services.approval.failures_page import NAMES_MAX, record
from services.approval.store import failures
from services.approval.wishing import wish
from shared.events import FailureDropRequested, FailureRetryRequested
from shared.http import OwnDatabase, Problem

Text = Annotated[str, Field(min_length=1, max_length=200)]


class FailureView(BaseModel):
    """One thing that a service could not take in, read, publish, delete or ask."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    service: str
    """The service that keeps it, such as `ingest`."""
    kind: str
    """`delivery` (a webhook), `dead_letter`, `held_promise`, `unread`, `deletion` or
    `provider` (the factory cannot be asked)."""
    name: str
    """Its own within its service and kind: an id, a topic, a topic and a key, or a place of one."""
    subject: str
    """What it is: a webhook's or the stream's topic, an event's type, `order` or `file`."""
    shop: str
    """The shop that it came from, where that is known."""
    reason: str
    """What went wrong, without a word of the content."""
    since: AwareDatetime
    """Since when it waits."""
    size_bytes: int
    """How large what is kept is; 0 where that says nothing."""
    can_retry: bool
    """False where the service tries again by itself alone."""
    can_give_up: bool
    """False where nothing can be given up: nothing is wrong with it, or nobody knows its end."""
    waiting: int
    """How many events wait behind what cannot be read, at least."""
    asked_at: AwareDatetime | None
    """When somebody had it tried again or gave it up; null again when it failed again."""
    asked_by: str | None
    """Who did."""


class FailureList(BaseModel):
    """What waits for a person."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    failures: list[FailureView]
    """The oldest first, at most 1,000; approval's own dead letters are not among them."""


class Named(BaseModel):
    """Failures of one kind of one service."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    service: Text
    """As the list names it."""
    kind: Text
    """As the list names it."""
    names: Annotated[list[Text], Field(min_length=1, max_length=NAMES_MAX)]
    """As the list names them; those that wait no more are passed over."""


async def list_failures(database: OwnDatabase, _: ApiViewer) -> FailureList:
    """List what services could not take in, read, publish or delete, and what was asked."""
    async with database.statement() as statement:
        rows = await failures.find_each(statement, NAMES_MAX)
    return FailureList(failures=[view_of(row) for row in rows])


def view_of(row: dict[str, Any]) -> FailureView:
    """Show a row."""
    can_give_up = row["can_give_up"] and row["kind"] not in NEVER_GIVEN_UP
    return FailureView.model_validate(row | {"can_give_up": can_give_up})


async def retry_failures(
    wanted: Named, request: Request, database: OwnDatabase, who: ApiApprover
) -> Asked:
    """Have the service try these again; what fails again is in the list again.

    Says FailureRetryRequested; 409 when none of them waits, or the service cannot be asked.
    """
    return await ask(request, database, wanted, who.name, FailureRetryRequested)


async def give_failures_up(
    wanted: Named, request: Request, database: OwnDatabase, who: ApiApprover
) -> Asked:
    """Give these up for ever, or set webhooks aside, which are kept; skip what cannot be read.

    Says FailureDropRequested; 409 when none of them waits, and for what is not to be given up: held
    promises, deletions, and damage of which nobody knows the end.
    """
    if wanted.kind in NEVER_GIVEN_UP:
        raise Problem(409, "Not now", "This is not given up: mend the cause.", code="not_now")
    return await ask(request, database, wanted, who.name, FailureDropRequested)


async def ask(
    request: Request,
    database: OwnDatabase,
    wanted: Named,
    who: str,
    kind: type[FailureRetryRequested | FailureDropRequested],
) -> Asked:
    """Say what is wanted of those that wait, and write it down for ever."""
    async with database.transaction() as transaction:
        names = await failures.ask_by_name(
            transaction,
            wanted.service,
            wanted.kind,
            wanted.names,
            who=who,
            gives_up=kind is FailureDropRequested,
        )
        if not names:
            detail = "None of these waits any more, or the service cannot be asked."
            raise Problem(409, "Not now", detail, code="not_now")
        said = kind(service=wanted.service, kind=wanted.kind, names=tuple(names), requested_by=who)
        await wish(transaction, request.app.state.mendings, [said])
        await record(transaction, who, kind, f"{wanted.service} {wanted.kind}", names)
    return Asked(events=[kind.__name__])
