"""The page where a person sees the orders and says yes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.approval import decisions, store
from services.approval.domain import Status
from services.approval.domain.query import Query as AQuery
from services.approval.domain.search import query_of
from services.approval.domain.views import OrderView, view_of
from services.approval.domain.words import VIEWS, as_money, tone_of
from shared.http import OwnDatabase, Problem
from shared.signed_urls import FileUrls
from shared.web import Pages, Sessions

USER = "merchant"
COOKIE = "platen_session"
LIMIT = 50


class SignedOut(Exception):
    """Nobody is signed in, so there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the person's last action came to."""

    text: str
    is_bad: bool = False


def new_pages(pages: Pages) -> Pages:
    """Teach the templates how this service writes money and which status looks how."""
    pages.templates.filters["money"] = as_money
    pages.templates.filters["tone"] = tone_of
    return pages


async def user_of(request: Request) -> str:
    """Tell who looks at the page; raises SignedOut when nobody is signed in."""
    sessions: Sessions = request.app.state.sessions
    user = sessions.open_cookie(request.cookies.get(COOKIE, ""), datetime.now(UTC))
    if user is None:
        raise SignedOut
    return user


User = Annotated[str, Depends(user_of)]


async def show_orders(
    request: Request,
    database: OwnDatabase,
    _: User,
    view: str = "all",
    search: Annotated[str, Query(max_length=200)] = "",
    approved: Annotated[int | None, Query(ge=0)] = None,
    asked: int = 0,
) -> HTMLResponse:
    """Show the newest orders with what can be done about each."""
    notice = None
    if approved is not None:
        notice = Notice(f"{approved} order{'' if approved == 1 else 's'} approved.")
    elif asked:
        notice = Notice("Asked for another attempt.")
    return await show(request, database, notice, view=view, search=search)


async def approve_waiting(request: Request, database: OwnDatabase, user: User) -> Response:
    """Approve every order that waits for it."""
    outcome = await decisions.approve_waiting(database, AQuery(), user)
    return back(await form_of(request), approved=len(outcome.approved))


async def approve_order(
    order_id: str, request: Request, database: OwnDatabase, user: User
) -> Response:
    """Approve one order as it was seen on the page."""
    form = await form_of(request)
    seen = form.get("snapshot_hash", "")
    outcome = await decisions.approve_these(database, [order_id], user, [seen])
    for refusal in outcome.refused:
        text = " ".join(["Not approved.", refusal.detail, *refusal.changes])
        return await show(request, database, Notice(text, is_bad=True), status=refusal.status)
    return back(form, approved=1)


async def retry_order(
    order_id: str, request: Request, database: OwnDatabase, user: User
) -> Response:
    """Try again what failed."""
    try:
        await decisions.retry_order(database, order_id, user)
    except Problem as problem:
        notice = Notice(str(problem), is_bad=True)
        return await show(request, database, notice, status=problem.status)
    return back(await form_of(request), asked=1)


async def form_of(request: Request) -> dict[str, str]:
    """Read the form, which is small, or is none of ours."""
    fields = parse_qs((await request.body()).decode(errors="replace"))
    return {name: values[0] for name, values in fields.items()}


def back(form: dict[str, str], **news: int) -> RedirectResponse:
    """Go back to the tab from which the form was sent."""
    view = form.get("view", "all")
    return RedirectResponse(f"/?{urlencode({'view': view, **news})}", status_code=303)


async def sign_in(request: Request, database: OwnDatabase, token: str = "") -> Response:
    """Sign in whoever opens a sign-in link first."""
    sessions: Sessions = request.app.state.sessions
    now = datetime.now(UTC)
    token_id = sessions.open_link(token, now)
    async with database.transaction() as transaction:
        if token_id is None or not await store.use_link(transaction, token_id):
            raise SignedOut
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        COOKIE,
        sessions.new_cookie(USER, now),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def ask_to_sign_in(request: Request, _: Exception) -> HTMLResponse:
    """Tell a visitor how to get in."""
    pages: Pages = request.app.state.pages
    return pages.show("signed_out.html", status=401)


async def show(
    request: Request,
    database: OwnDatabase,
    notice: Notice | None,
    *,
    status: int = 200,
    view: str = "all",
    search: str = "",
) -> HTMLResponse:
    """Fill the page with the orders as they are now."""
    pages: Pages = request.app.state.pages
    files: FileUrls = request.app.state.files
    now = datetime.now(UTC)
    chosen = VIEWS.get(view) or VIEWS["all"]
    async with database.transaction() as transaction:
        counts = await store.count_by_status(transaction)
        found = await store.list_reviews(
            transaction, AQuery(statuses=chosen.statuses, words=query_of(search)), None, LIMIT
        )
    orders: list[OrderView] = [
        view_of(review, lambda key: files.url_of(key, now)) for review in found
    ]
    return pages.show(
        "orders.html",
        status=status,
        orders=orders,
        views=[(name, each, each.count(counts)) for name, each in VIEWS.items()],
        current=chosen,
        search=search,
        waiting=counts.get(Status.NEEDS_APPROVAL, 0),
        notice=notice,
    )
