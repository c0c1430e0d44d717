"""The page of one order: everything that is known of it, and everything that can be done."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.approval import decisions, store
from services.approval.access import Approver, Viewer
from services.approval.decisions import OwnRecent
from services.approval.domain import Review, Status, actions, corrections, giving_up
from services.approval.domain.acts import Act, Actor, NotNow, is_open
from services.approval.domain.shown import ItemView
from services.approval.domain.views import detail_of
from services.approval.domain.words import digest
from services.approval.forms import Form, form_of
from services.approval.looking import Looking
from services.approval.notices import Notice, notice_of
from services.approval.store import alerts, changes, failures, letters
from shared.events import Address
from shared.http import OwnDatabase, Problem
from shared.signed_urls import FileUrls
from shared.web import Pages, Person

BEING_MADE = (Status.IN_PRODUCTION, Status.PARTLY_SHIPPED)
"""Where the factory has the order, and is asked about it."""
PORTION = 100
"""So many items are shown until a person asks for more: each is 3 kB of page, and two pictures."""
ADDRESS_FIELDS = {
    "name": "Name",
    "company": "Company",
    "line1": "Street",
    "line2": "Apartment, suite",
    "city": "City",
    "region": "State or region",
    "postal_code": "Postal code",
    "country": "Country, two letters",
    "phone": "Phone",
}
NEEDED_FIELDS = ("name", "line1", "city")
DONE = {
    "hold": "Put on hold.",
    "release": "Released.",
    "reject": "Rejected.",
    "cancel": "Cancelled. Whoever makes it is asked to stop.",
    "address": "Address corrected.",
    "answers": "Answers corrected. The print file is being made anew.",
    "make-again": "The print file is being made again.",
    "retry": "Asked for another attempt.",
    "stale": "It has changed meanwhile, and nothing was done. Look at it again.",
    "give-up": "Given up. What waited behind it is given up too.",
    "undo": "The approval is taken back. Nothing was sent.",
    "reprint": "Ordered once more. The new order comes here when its print files are ready.",
}


async def show_order(
    order_id: str, request: Request, database: OwnDatabase, person: Viewer, done: str = ""
) -> HTMLResponse:
    """Show one order."""
    notice = Notice(DONE[done], is_bad=done == "stale") if done in DONE else None
    return await show(order_id, request, database, person, notice)


async def approve_order(
    order_id: str, request: Request, database: OwnDatabase, recent: OwnRecent, person: Approver
) -> Response:
    """Approve the order as it was seen on the page."""
    form = await form_of(request)
    seen = form.one("snapshot_hash") or None
    outcome = await decisions.approve_these(database, recent, [order_id], person.name, [seen])
    if outcome.refused:
        notice = await notice_of(database, outcome)
        notice = replace(notice, status=outcome.refused[0].status)
        return await show(order_id, request, database, person, notice)
    return back_to(order_id, request)


async def act_on_order(
    order_id: str, action: str, request: Request, database: OwnDatabase, person: Approver
) -> Response:
    """Do what a button of the page says."""
    form = await form_of(request)
    try:
        if action == "retry":
            await decisions.retry_order(database, order_id, person.name)
        else:
            doing = doing_of(action, form)
            seen = form.one("seen") or None
            await decisions.act_on(database, order_id, person.name, doing, seen)
    except Problem as problem:
        if problem.status == 404:  # noqa: PLR2004 - there is no page to show
            raise
        notice = Notice(str(problem), is_bad=True, status=problem.status)
        given = form if action == "address" else None
        return await show(order_id, request, database, person, notice, given)
    return back_to(order_id, request, done=action, line=form.one("line_item_id"))


def back_to(order_id: str, request: Request, *, done: str = "", line: str = "") -> RedirectResponse:
    """Lead back to the order's page as it was, and where it was long, to the item."""
    portion = portion_of(request)
    query = {"done": done, "portion": portion if portion > PORTION else ""}
    told = urlencode({name: value for name, value in query.items() if value})
    place = f"#item-{digest(line)}" if line and portion > PORTION else ""
    address = f"/orders/{decisions.as_order_id(order_id) or ''}"
    return RedirectResponse(f"{address}{told and f'?{told}'}{place}", status_code=303)


def doing_of(action: str, form: Form) -> Callable[[Review, Actor], Act]:
    """Give what a button does; raises Problem for one that there is not."""
    reason = form.one("reason").strip()[:500]
    line = form.one("line_item_id")
    answers = {
        name.removeprefix("answer:"): form.one(name)[:2000]
        for name in form.fields
        if name.startswith("answer:")
    }
    known: dict[str, Callable[[Review, Actor], Act]] = {
        "hold": partial(actions.hold, reason=reason),
        "release": actions.release,
        "reject": partial(actions.reject, reason=reason),
        "cancel": partial(actions.cancel, reason=reason),
        "make-again": partial(corrections.make_again, line_item_id=line),
        "answers": partial(corrections.correct_answers, line_item_id=line, answers=answers),
        "reprint": actions.reprint,
        "undo": actions.take_back,
        "give-up": partial(giving_up.give_up, service=form.one("service")),
    }
    if action == "address":
        return partial(corrections.correct_address, address=address_of(form))
    if action not in known:
        raise Problem(404, "Unknown action", f"There is no action {action[:50]}.")
    if action in {"hold", "reject"} and not reason:
        raise Problem(422, "No reason", "Say why: it is shown on the order.")
    return known[action]


def address_of(form: Form) -> Address:
    """Read the corrected address; raises Problem with what is wrong."""
    fields = {name: form.one(name).strip()[:200] for name in ADDRESS_FIELDS}
    missing = [ADDRESS_FIELDS[name] for name in NEEDED_FIELDS if not fields[name]]
    try:
        address = Address(**fields | {"country": fields["country"].upper()})
    except ValidationError as error:
        raise Problem(422, "No address", "The country is two letters, such as US.") from error
    if missing:
        raise Problem(422, "No address", f"Missing: {', '.join(missing).lower()}.")
    return address


async def show(
    order_id: str,
    request: Request,
    database: OwnDatabase,
    person: Person,
    notice: Notice | None = None,
    given: Form | None = None,
) -> HTMLResponse:
    """Fill the page with the order as it is now, and with an address that was given and refused."""
    pages: Pages = request.app.state.pages
    files: FileUrls = request.app.state.files
    key = decisions.as_order_id(order_id)
    async with database.transaction() as transaction:
        place = await changes.find_place(transaction)
        review = await store.find_review(transaction, key) if key else None
        if review is None:
            return pages.show("unknown.html", status=404, person=person)
        timeline = await store.find_timeline(transaction, review.order_id)
        failed = await failures.find(transaction, review.order_id)
        lost = await letters.find_letters(transaction, review.order_id)
        alert = await alerts.find_alerts(transaction, request.app.state.deafness())
    order = detail_of(review, timeline, partial(files.url_of, now=datetime.now(UTC)))
    return pages.show(
        "order_page.html",
        status=notice.status if notice else 200,
        person=person,
        order=order,
        items=foremost(order.items),
        portion=portion_of(request),
        PORTION=PORTION,
        failures=failed,
        letters=lost,
        alerts=alert,
        address_fields=ADDRESS_FIELDS,
        needed_fields=NEEDED_FIELDS,
        given=given,
        live=Looking(order=review.order_id).live(place, alert.version),
        notice=notice,
        **state_of(review),
    )


def state_of(review: Review) -> dict[str, object]:
    """Tell what can be done with the order as it was seen."""
    facts = review.facts
    return {
        "seen": decisions.etag_of(review),
        "is_open": is_open(review),
        "is_being_made": review.standing.status in BEING_MADE,
        "is_held": facts.held is not None,
        "can_release": bool(facts.held or facts.rejected),
        "can_cancel": can_cancel(review),
        "can_reprint": review.is_final,
        "reprint_of": facts.reprint_of,
        "stuck": facts.stuck,
    }


def portion_of(request: Request) -> int:
    """Tell how many items, and entries of the timeline, the page is to show."""
    asked = request.query_params.get("portion", "")[:5]
    return max(PORTION, int(asked)) if asked.isdecimal() else PORTION


def foremost(items: Sequence[ItemView]) -> list[ItemView]:
    """Put the items that need a person before those of which the page shows a portion only."""
    if len(items) <= PORTION:
        return list(items)
    return sorted(items, key=lambda item: not needs_person(item))


def needs_person(item: ItemView) -> bool:
    """Tell whether a person must do something about the item."""
    return bool(item.failure) or any(each.severity == "blocking" for each in item.findings)


def can_cancel(review: Review) -> bool:
    """Tell whether cancelling would be refused."""
    try:
        actions.cancel(review, Actor("", datetime.now(UTC)), "")
    except NotNow:
        return False
    return True
