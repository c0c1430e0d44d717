"""The page where a merchant switches rules on and off."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TypeVar

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from services.approval.access import Admin
from services.approval.domain.rule_words import differences
from services.approval.domain.rules import Rules
from services.approval.forms import Form, form_of
from services.approval.notices import Notice
from services.approval.rulebook import Conflict
from services.approval.ruling import OwnRules, trial_of
from services.approval.store import ruling
from services.approval.store.ruling import Ruling
from shared.events.values import DECIMALS
from shared.http import OwnDatabase, Problem
from shared.web import Pages, Person

Number = TypeVar("Number", int, float)

VERSIONS_SHOWN = 21
FIELDS = {
    "auto_approve_under": "The amount and its currency, such as 50.00 and USD",
    "cooling_off_minutes": "The cooling-off, from 0 to 10,080 minutes",
    "overdue_hours": "The hours until an alert, up to 8,760",
}


async def show_rules(
    request: Request, database: OwnDatabase, book: OwnRules, person: Admin, saved: int = 0
) -> HTMLResponse:
    """Show what is switched on, and what the rules would do now."""
    await book.read()
    notice = Notice("Saved. The rules hold from now on.") if saved else None
    return await show(request, database, person, book.held, notice)


async def change_rules(
    request: Request, database: OwnDatabase, book: OwnRules, person: Admin
) -> Response:
    """Let the rules hold that the form says, if nobody else changed them meanwhile."""
    form = await form_of(request)
    seen = form.one("version")
    try:
        await book.change(rules_of(form), int(seen) if seen.isdecimal() else -1, person.name)
    except Conflict as conflict:
        text = f"{conflict.held.changed_by} changed the rules meanwhile. Nothing of yours is saved."
        return await show(request, database, person, conflict.held, bad(text, 409))
    except Problem as problem:
        return await show(request, database, person, book.held, bad(str(problem), 422), form)
    return RedirectResponse("/rules?saved=1", status_code=303)


async def try_rules(request: Request, database: OwnDatabase, _: Admin) -> HTMLResponse:
    """Say what the rules of the form would do to the orders that wait, while it is filled in."""
    pages: Pages = request.app.state.pages
    try:
        rules = rules_of(await form_of(request))
    except Problem as problem:
        return HTMLResponse(pages.draw("rules_trial.html", "wrong", str(problem)))
    trial = await trial_of(database, rules)
    return HTMLResponse(pages.draw("rules_trial.html", "news", rules, trial))


def bad(text: str, status: int) -> Notice:
    """Say that nothing was saved."""
    return Notice(text, is_bad=True, status=status)


def rules_of(form: Form) -> Rules:
    """Read the rules; raises Problem that names the field which makes no sense."""
    currency = form.one("currency").strip().upper()
    under = read(lambda: minor_of(form.one("under"), currency), "auto_approve_under")
    cooling_off = read(lambda: number_of(form.one("cooling_off")), "cooling_off_minutes")
    overdue = read(lambda: number_of(form.one("overdue")), "overdue_hours")
    try:
        return Rules(
            auto_approve_products=frozenset(form.all("product")),
            auto_approve_under={"minor": under, "currency": currency} if under else None,
            auto_approve_returning=bool(form.one("returning")),
            cooling_off_minutes=cooling_off,
            overdue_hours=overdue or None,
        )
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise Problem(422, "No rule", f"{FIELDS.get(field, field)}: please check.") from error


def read(read_field: Callable[[], Number], field: str) -> Number:
    """Read a field; raises Problem that names it when it cannot be read."""
    try:
        return read_field()
    except (ArithmeticError, ValueError) as error:
        detail = f"{FIELDS[field]}: what is written there cannot be read."
        raise Problem(422, "No rule", detail) from error


def minor_of(text: str, currency: str) -> int:
    """Read an amount in the currency's smallest unit; 0 when there is none."""
    amount = Decimal(text.strip().replace(",", "") or 0)
    minor = amount.scaleb(DECIMALS.get(currency, 2))
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise InvalidOperation
    return int(minor)


def number_of(text: str) -> float:
    """Read a number; 0 when there is none."""
    return float(text.strip() or 0)


async def show(
    request: Request,
    database: OwnDatabase,
    person: Person,
    held: Ruling,
    notice: Notice | None,
    given: Form | None = None,
) -> HTMLResponse:
    """Fill the page with the rules that hold, or with the form that was given and refused."""
    pages: Pages = request.app.state.pages
    async with database.transaction() as transaction:
        products = await ruling.find_products(transaction)
        versions = await ruling.find_versions(transaction, VERSIONS_SHOWN)
    return pages.show(
        "rules.html",
        status=notice.status if notice else 200,
        person=person,
        rules=held.rules,
        given=given,
        version=held.version,
        amount=amount_of(held.rules),
        products=products,
        trial=await trial_of(database, held.rules),
        history=history_of(versions),
        notice=notice,
    )


def amount_of(rules: Rules) -> str:
    """Write the amount as the form takes it."""
    under = rules.auto_approve_under
    if under is None:
        return ""
    decimals = DECIMALS.get(under.currency, 2)
    return f"{Decimal(under.minor).scaleb(-decimals):.{decimals}f}"


def history_of(versions: list[Ruling]) -> list[tuple[datetime, str, list[str]]]:
    """Tell who changed what, newest first."""
    return [
        (new.changed_at, new.changed_by, differences(old.rules, new.rules))
        for new, old in pairwise(versions)
    ]
