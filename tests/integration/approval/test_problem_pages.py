"""What a person sees whose page cannot be shown: words and a way on, and no JSON."""

from datetime import UTC, datetime

import pytest
from fastapi import Request

from services.approval.access import COOKIE
from services.approval.settings import Settings
from shared.web import Person, Role, Sessions
from tests.support.service import Driver

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HERE = {"Sec-Fetch-Site": "same-origin"}


async def away(_: Request) -> None:
    raise ConnectionRefusedError("postgres.internal")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nonsense", 404, "There is nothing here"),
        ("/approve", 405, "There is nothing here"),
        ("/?after=nonsense", 422, "Invalid cursor"),
    ],
)
async def test_a_browser_is_answered_with_a_page(
    signed_in: Driver, path: str, status: int, said: str
) -> None:
    answer = await signed_in.http.get(path, headers=BROWSER)

    assert answer.status_code == status
    assert f"<h1>{said}</h1>" in answer.text
    assert '<a href="/">Show all orders</a>' in answer.text
    assert "Sign out" in answer.text


async def test_who_may_not_is_told_on_a_page(signed_in: Driver, settings: Settings) -> None:
    signed_in.http.cookies.clear()
    viewer = Person("Vera", Role.VIEWER).sealed()
    session = Sessions(settings.session_key).new_cookie(viewer, datetime.now(UTC))
    signed_in.http.cookies.set(COOKIE, session)

    answer = await signed_in.http.post("/approve", headers=BROWSER | HERE)

    assert answer.status_code == 403
    assert "This needs the role approver; Vera has the role viewer." in answer.text
    assert "<h1>Not allowed</h1>" in answer.text


async def test_a_stranger_is_told_as_well(approval: Driver) -> None:
    answer = await approval.http.get("/nonsense", headers=BROWSER)

    assert "<h1>There is nothing here</h1>" in answer.text
    assert "Sign out" not in answer.text


async def test_a_database_that_is_away_is_told_on_a_page(signed_in: Driver) -> None:
    signed_in.service.http.add_api_route("/away", away)

    answer = await signed_in.http.get("/away", headers=BROWSER)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "Try again in a moment." in answer.text
    assert "postgres" not in answer.text


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/nonsense", {"Accept": "*/*"}),
        ("/nonsense", BROWSER | {"HX-Request": "true"}),
        ("/v1/nonsense", BROWSER),
    ],
)
async def test_programs_and_scripts_are_answered_with_a_problem(
    signed_in: Driver, path: str, headers: dict[str, str]
) -> None:
    answer = await signed_in.http.get(path, headers=headers)

    assert answer.headers["content-type"] == "application/problem+json"
