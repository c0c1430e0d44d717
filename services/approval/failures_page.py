"""The page of what has no order and needs a person: webhooks and events that were not taken in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from services.approval import decisions
from services.approval.access import Approver, Viewer
from services.approval.domain.failures import DELIVERY, UNREAD
from services.approval.forms import Form, form_of
from services.approval.looking import Looking
from services.approval.moments import moment_of
from services.approval.notices import Notice
from services.approval.store import alerts, changes, failures, keys, letters
from services.approval.wishing import wish
from shared import dead_letters
from shared.database import Transaction
from shared.events import FailureDropRequested, FailureRetryRequested
from shared.http import OwnDatabase, Problem
from shared.signed_urls import FileUrls
from shared.web import Pages

NAMES_MAX = 1_000
"""So many failures are named in one event at most."""
NAMED_MAX = 20
DONE = {
    "retry": "Asked for another attempt. What fails again comes back.",
    "drop": "Given up.",
    "aside": "Set aside. The webhooks are kept.",
    "skip": "Asked to skip it. What came behind it is read within some seconds.",
    "stale": "It has changed meanwhile, and nothing was done. Look at it again.",
}
GIVEN_UP = {DELIVERY: "aside", UNREAD: "skip"}
"""What is done to failures that are given up, by their kinds."""


async def show_failures(
    request: Request, database: OwnDatabase, person: Viewer, done: str | None = None
) -> HTMLResponse:
    """Show what waits for a person, and what was asked about and has not ended yet."""
    pages: Pages = request.app.state.pages
    async with database.transaction() as transaction:
        place = await changes.find_place(transaction)
        alert = await alerts.find_alerts(transaction, request.app.state.deafness())
        found = await failures.find(transaction)
        own = await letters.find_letters(transaction)
    looking = Looking(failures="yes")
    return pages.show(
        "failures.html",
        person=person,
        alerts=alert,
        failures=found,
        letters=own,
        notice=Notice(DONE[done], is_bad=done == "stale") if done in DONE else None,
        live=looking.live(place, alert.version),
    )


async def retry_failures(request: Request, person: Approver) -> RedirectResponse:
    """Have the service try again what was seen and is alike."""
    form = await form_of(request)
    asked = await ask(request, form, person.name, FailureRetryRequested)
    done = "retry" if asked else "stale"
    return RedirectResponse(f"{page_of(form)}?done={done}", status_code=303)


def page_of(form: Form) -> str:
    """Give the page that the button was on: an order's, or that of failures."""
    order_id = decisions.as_order_id(form.one("order"))
    return f"/orders/{order_id}" if order_id else "/failures"


async def drop_failures(request: Request, person: Approver) -> RedirectResponse:
    """Have the service give up what was seen and is alike, or set webhooks aside."""
    form = await form_of(request)
    kind = await ask(request, form, person.name, FailureDropRequested)
    done = GIVEN_UP.get(kind, "drop") if kind else "stale"
    return RedirectResponse(f"/failures?done={done}", status_code=303)


async def ask(
    request: Request,
    form: Form,
    who: str,
    kind_of_wish: type[FailureRetryRequested | FailureDropRequested],
) -> str:
    """Say what a person wants done, and write it down for ever; give the kind of the failures.

    Nothing is done, and no kind given, when they are not any more as they were seen.
    """
    seen, was_asked = moment_of(form.one("seen")), form.one("asked") == "yes"
    state = request.app.state
    async with state.database.transaction() as transaction:
        asked = await failures.ask(
            transaction,
            form.one("likeness"),
            seen=seen,
            was_asked=was_asked,
            who=who,
            name=form.one("name"),
        )
        for (service, kind), alike in groupby(asked, key=lambda each: each[:2]):
            names = [name for _, _, name in alike]
            wishes = [
                kind_of_wish(service=service, kind=kind, names=tuple(some), requested_by=who)
                for some in in_parts(names)
            ]
            await wish(transaction, state.mendings, wishes)
            await record(transaction, who, kind_of_wish, f"{service} {kind}", names)
    return asked[0][1] if asked else ""


def in_parts(names: Sequence[str]) -> list[Sequence[str]]:
    """Cut the names into parts that an event can hold."""
    return [names[start : start + NAMES_MAX] for start in range(0, len(names), NAMES_MAX)]


async def record(
    transaction: Transaction, who: str, wish: type, what: str, names: Sequence[str]
) -> None:
    """Write down who asked for what."""
    did = "retried failures" if wish is FailureRetryRequested else "gave failures up"
    more = f" and {len(names) - NAMED_MAX} more" if len(names) > NAMED_MAX else ""
    await keys.record(transaction, who, did, f"{what}: {', '.join(names[:NAMED_MAX])}{more}")


async def show_payload(
    name: str, request: Request, database: OwnDatabase, person: Approver
) -> RedirectResponse:
    """Lead who may see personal data to the payload of a webhook, and write down who looked."""
    async with database.transaction() as transaction:
        if not await failures.is_delivery(transaction, name):
            raise Problem(404, "No such webhook", "It has been read or set aside since.")
        await keys.record(transaction, person.name, "looked at a webhook's payload", name)
    payloads: FileUrls = request.app.state.payloads
    url = payloads.url_of(name, datetime.now(UTC), kept=timedelta(0))
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(url, status_code=303, headers=headers)


async def replay_letters(
    request: Request, database: OwnDatabase, person: Approver
) -> RedirectResponse:
    """Take in again what approval itself set aside of one order or product."""
    form = await form_of(request)
    key = form.one("key")
    async with database.transaction() as transaction:
        if await dead_letters.request_replay(transaction, key):
            await keys.record(transaction, person.name, "had dead letters replayed", key)
    return RedirectResponse(f"{page_of(form)}?done=retry", status_code=303)


async def drop_letters(
    request: Request, database: OwnDatabase, person: Approver
) -> RedirectResponse:
    """Give up what approval itself set aside of one order or product."""
    key = (await form_of(request)).one("key")
    async with database.transaction() as transaction:
        if await dead_letters.give_up(transaction, key):
            await keys.record(transaction, person.name, "gave dead letters up", key)
    return RedirectResponse("/failures?done=drop", status_code=303)
