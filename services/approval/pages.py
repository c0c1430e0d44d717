"""The page where a person sees the orders and says yes."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import Query as FromQuery
from fastapi import Request
from fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from markupsafe import Markup, escape

from services.approval import decisions, store
from services.approval.access import COOKIE, Approver, Viewer
from services.approval.cursors import as_cursor, as_place
from services.approval.decisions import OwnRecent
from services.approval.domain import Review
from services.approval.domain.query import Query
from services.approval.domain.shown import OrderView
from services.approval.domain.views import view_of
from services.approval.domain.words import VIEWS, as_money, as_share, digest, tone_of
from services.approval.forms import form_of
from services.approval.live import Feed, News
from services.approval.looking import HOURS, FromAddress, Looking, tabs_of
from services.approval.moments import is_moment, moment_of
from services.approval.notices import Notice, count_of, notice_of, undone_notice
from services.approval.reader import now_of
from services.approval.rulebook import RuleBook
from services.approval.store import changes, going_out
from services.approval.store.alerts import find_alerts
from shared.http import OwnDatabase, Problem
from shared.letter_news import in_public
from shared.signed_urls import FileUrls
from shared.web import Pages, Person, Role

LIMIT = 50


def new_pages(pages: Pages, book: RuleBook) -> Pages:
    """Teach the templates how this service writes money and which status looks how."""
    pages.templates.filters["money"] = as_money
    pages.templates.filters["share"] = as_share
    pages.templates.filters["tone"] = tone_of
    pages.templates.filters["digest"] = digest
    pages.templates.filters["in_public"] = in_public
    pages.templates.filters["coded"] = coded
    pages.templates.filters["overdue"] = partial(is_overdue, book)
    pages.templates.globals["has_oidc"] = False
    pages.templates.globals["HOURS"] = HOURS
    pages.templates.globals["Role"] = Role
    return pages


def coded(text: str) -> Markup:
    """Show what stands between backticks, as a command to type, as what it is."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def is_overdue(book: RuleBook, since: datetime) -> bool:
    """Tell whether an order has waited too long for a person."""
    return book.rules.is_overdue(since, datetime.now(UTC))


async def show_orders(
    looking: FromAddress,
    request: Request,
    database: OwnDatabase,
    person: Viewer,
    approved: Annotated[int | None, FromQuery(ge=0)] = None,
    asked: int = 0,
) -> HTMLResponse:
    """Show the orders of a tab, with what can be done about each."""
    notice = None
    if approved is not None:
        notice = Notice(count_of(approved))
    elif asked:
        notice = Notice("Asked for another attempt.")
    return await show(request, database, person, looking, notice)


async def count_orders(
    looking: FromAddress, request: Request, database: OwnDatabase, _: Viewer
) -> JSONResponse:
    """Count the orders that wait for an approval and that the filters let through.

    The moment goes with the approval of all of them: what comes later was not counted.
    """
    query = looking.model_copy(update={"view": "approval"}).query(now_of(request))
    async with database.transaction() as transaction:
        as_of = await changes.find_place(transaction)
        orders = await store.count_found(transaction, query)
    return JSONResponse({"orders": orders, "as_of": as_of})


async def follow(
    looking: FromAddress,
    request: Request,
    _: Viewer,
    since_place: str = "",
    alerts: str = "",
) -> StreamingResponse:
    """Send what changes on this page, from where the last connection ended."""
    feed: Feed = request.app.state.feed
    place = request.headers.get("last-event-id") or since_place
    known = place if is_moment(place) else None
    query = looking.query(now_of(request))
    stream = feed.follow(query, known, alerts, takes_new=looking.takes_new)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def approve_orders(
    request: Request, database: OwnDatabase, recent: OwnRecent, person: Approver
) -> Response:
    """Approve what is selected: orders by their ids, or all that wait behind the filters."""
    form = await form_of(request)
    read = Looking.in_earnest if form.one("all") else Looking.at
    looking = read(form.one("looking"))
    if form.one("all"):
        query = looking.model_copy(update={"view": "approval"}).query(now_of(request))
        as_of = form.one("as_of")
        if as_of and not is_moment(as_of):
            raise Problem(422, "No such moment", "Nothing was approved. Select the orders again.")
        outcome = await decisions.approve_waiting(database, recent, query, person.name, as_of)
    else:
        picked = [value.partition(" ")[::2] for value in form.all("order")]
        ids, seen = [each[0] for each in picked], [each[1] or None for each in picked]
        outcome = await decisions.approve_these(database, recent, ids, person.name, seen)
    notice = await notice_of(database, outcome)
    if "hx-request" not in request.headers and not outcome.refused:
        address = looking.address(approved=len(outcome.approved))
        return RedirectResponse(address, status_code=303)
    return await show(request, database, person, looking, notice)


async def undo_approvals(request: Request, database: OwnDatabase, person: Approver) -> Response:
    """Take back approvals that cool off: an order's, or all that were given together."""
    form = await form_of(request)
    ids = form.all("order")
    if not ids:
        at = moment_of(form.one("approved_at"), "Undo the orders one by one.")
        async with database.transaction() as transaction:
            ids = await going_out.find_cooling(transaction, person.name, at)
    undone = await decisions.undo_these(database, ids, person.name)
    notice = await undone_notice(database, undone)
    return await show(request, database, person, Looking.at(form.one("looking")), notice)


async def show(
    request: Request,
    database: OwnDatabase,
    person: Person,
    looking: Looking,
    notice: Notice | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """Fill the page with the orders as they are now."""
    pages: Pages = request.app.state.pages
    after = as_place(looking.after) if looking.after else None
    query = looking.query(now_of(request))
    async with database.transaction() as transaction:
        place = await changes.find_place(transaction)
        counts = await store.count_by_status(transaction)
        found = await store.list_reviews(transaction, query, after, LIMIT + 1)
        shops = await store.find_shops(transaction)
        alerts = await find_alerts(transaction, request.app.state.deafness())
    orders = views_of(request.app.state.files, found[:LIMIT])
    is_part = "hx-request" in request.headers
    return pages.show(
        "board.html" if is_part else "orders.html",
        status=status,
        person=person,
        orders=orders,
        looking=looking,
        tabs=tabs_of(looking, counts),
        shops=shops,
        alerts=alerts,
        next=as_cursor(orders[-1]) if len(found) > LIMIT else "",
        place=place,
        notice=notice,
    )


def views_of(files: FileUrls, reviews: Sequence[Review]) -> list[OrderView]:
    """Show the reviews to a person, with pictures that can be seen for a while."""
    now = datetime.now(UTC)
    return [view_of(review, lambda key: files.url_of(key, now)) for review in reviews]


def draw_news(pages: Pages, files: FileUrls, news: News, query: Query, *, takes_new: bool) -> str:
    """Write news as one message: the rows that changed or joined, and the counts of the tabs."""
    refresh = f"id: {news.place}\nevent: refresh\ndata: look again\n\n"
    if news.reviews is None:
        return refresh
    if query.is_of_failures:
        return refresh if news.alerts else f"id: {news.place}\n\n"
    if query.order_id:
        is_changed = any(review.order_id == query.order_id for review in news.reviews)
        return refresh if is_changed or news.alerts else f"id: {news.place}\n\n"
    views = views_of(files, news.reviews)
    joining = [
        view for view in views if takes_new and view.status in query.wanted and fits(view, query)
    ]
    counts = {name: view.count(news.counts) for name, view in VIEWS.items() if news.counts}
    drawn = (views, joining, counts, news.alerts, query.is_troubled)
    html = pages.draw("news.html", "news", *drawn)
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"id: {news.place}\n{lines}\n"


def fits(view: OrderView, query: Query) -> bool:
    """Tell whether the filters of a page that takes new orders let this one through."""
    placed = view.placed_at
    return (not query.shop or view.shop == query.shop) and bool(placed and placed >= query.since)


def signed_out(request: Request) -> HTMLResponse:
    """Tell a visitor how to get in, and forget the session."""
    pages: Pages = request.app.state.pages
    response = pages.show("signed_out.html", status=401)
    response.delete_cookie(COOKIE)
    return response


async def ask_to_sign_in(request: Request, _: Exception) -> HTMLResponse:
    """Answer somebody who is not signed in; an open page is replaced as a whole."""
    response = signed_out(request)
    if "hx-request" in request.headers:
        response.headers["HX-Refresh"] = "true"
    return response
