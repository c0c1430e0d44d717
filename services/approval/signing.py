"""Signing in and out, and the keys of programs."""

from collections import deque
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.approval import store
from services.approval.access import (
    COOKIE,
    Admin,
    SignedOut,
    Viewer,
    create_key,
    revoke_key,
)
from services.approval.forms import form_of
from services.approval.store import keys
from shared.http import OwnDatabase, Problem
from shared.web import Pages, Person, Role, Sessions

MERCHANT = Person("merchant", Role.ADMIN)
"""Whoever opens a one-time link: only who can read the program's output has one."""

ATTEMPTS_MAX = 20
ATTEMPTS_WITHIN = timedelta(minutes=1)


class Attempts:
    """How often signing in was tried from an address; a guesser is sent away for a while."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[datetime]] = {}

    def check(self, address: str, now: datetime) -> None:
        """Raise Problem when this address has failed too often of late."""
        failed = self._failed.get(address, deque())
        while failed and failed[0] < now - ATTEMPTS_WITHIN:
            failed.popleft()
        if len(failed) >= ATTEMPTS_MAX:
            raise Problem(429, "Too many attempts", "Wait a minute and try again.")

    def note(self, address: str, now: datetime) -> None:
        """Remember a failure; addresses without a recent one are forgotten."""
        limit = now - ATTEMPTS_WITHIN
        self._failed = {key: kept for key, kept in self._failed.items() if kept[-1] >= limit}
        self._failed.setdefault(address, deque()).append(now)


async def sign_in(request: Request, database: OwnDatabase, token: str = "") -> Response:
    """Sign in whoever opens a sign-in link first."""
    sessions: Sessions = request.app.state.sessions
    attempts: Attempts = request.app.state.attempts
    address = request.client.host if request.client else ""
    now = datetime.now(UTC)
    attempts.check(address, now)
    token_id = sessions.open_link(token, now)
    async with database.transaction() as transaction:
        is_good = token_id is not None and await store.use_link(transaction, token_id)
        if is_good:
            await keys.record(transaction, MERCHANT.name, "signed in", f"by link from {address}")
    if not is_good:
        attempts.note(address, now)
        raise SignedOut
    return welcome(request, MERCHANT, now)


def welcome(request: Request, person: Person, now: datetime) -> Response:
    """Give the person a session, and show the orders."""
    sessions: Sessions = request.app.state.sessions
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(
        COOKIE,
        sessions.new_cookie(person.sealed(), now),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def sign_out(person: Viewer, database: OwnDatabase) -> Response:
    """End the session in this browser."""
    async with database.transaction() as transaction:
        await keys.record(transaction, person.name, "signed out")
    response = RedirectResponse("/signed-out", status_code=303)
    response.delete_cookie(COOKIE)
    return response


async def show_signed_out(request: Request) -> HTMLResponse:
    """Say that the session has ended, and how to begin another."""
    pages: Pages = request.app.state.pages
    return pages.show("signed_out.html", has_left=True)


async def show_keys(request: Request, database: OwnDatabase, person: Admin) -> HTMLResponse:
    """Show the keys of programs."""
    return await show(request, database, person)


async def add_key(request: Request, database: OwnDatabase, person: Admin) -> HTMLResponse:
    """Make a key, and show it for the only time."""
    form = await form_of(request)
    name, role = form.one("name").strip()[:100], form.one("role")
    if not name or role not in set(Role):
        raise Problem(422, "Incomplete", "A key needs a name and a role.")
    key = await create_key(database, name, Role(role), person.name)
    return await show(request, database, person, key)


async def end_key(request: Request, database: OwnDatabase, person: Admin) -> Response:
    """Revoke a key."""
    await revoke_key(database, (await form_of(request)).one("key_hash"), person.name)
    return RedirectResponse("/keys", status_code=303)


async def show(
    request: Request, database: OwnDatabase, person: Person, key: str = ""
) -> HTMLResponse:
    """Fill the page of keys."""
    pages: Pages = request.app.state.pages
    async with database.transaction() as transaction:
        known = await keys.list_keys(transaction)
    return pages.show("keys.html", person=person, keys=known, new_key=key, roles=list(Role))
