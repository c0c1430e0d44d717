"""Requests that make no sense, or whose sense is in doubt: a clear answer, and nothing is done."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services.approval.access import COOKIE
from services.approval.domain import Status
from services.approval.inputs import BODY_BYTES_MAX
from services.approval.settings import Settings
from shared.web import Person, Role, Sessions
from tests.support.events import order_id, order_received, print_file_ready
from tests.support.service import Driver

SAME_ORIGIN = {"Origin": "http://approval", "Sec-Fetch-Site": "same-origin"}


async def wait_for_a_person(approval: Driver) -> None:
    await approval.hears(order_received("1"), print_file_ready("1"))


async def status_of(approval: Driver) -> str:
    return str((await approval.http.get(f"/v1/orders/{order_id('1')}")).json()["status"])


def sign_in(approval: Driver, settings: Settings) -> None:
    person = Person("somebody", Role.APPROVER)
    session = Sessions(settings.session_key).new_cookie(person.sealed(), datetime.now(UTC))
    approval.http.cookies.set(COOKIE, session)


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers["content-type"]


@pytest.mark.parametrize("search", ["\x00", " ", "\t\n", "\x00 \x00"])
async def test_a_search_that_says_nothing_approves_nothing(approval: Driver, search: str) -> None:
    await wait_for_a_person(approval)

    answer = await approval.http.post("/v1/approvals", json={"filter": {"search": search}})

    assert problem_of(answer) == (422, "application/problem+json")
    assert await status_of(approval) == Status.NEEDS_APPROVAL


@pytest.mark.parametrize(
    "looking", ["?search=%00", "?search=%20", "?product=%00", "?hours=x", "?since=never"]
)
async def test_filters_in_doubt_approve_nothing_on_the_page(
    approval: Driver, settings: Settings, looking: str
) -> None:
    await wait_for_a_person(approval)
    sign_in(approval, settings)

    answer = await approval.http.post(
        "/approve", data={"all": "yes", "looking": looking}, headers=SAME_ORIGIN
    )

    assert answer.status_code == 422
    assert "none was touched" in answer.json()["detail"]
    assert await status_of(approval) == Status.NEEDS_APPROVAL


@pytest.mark.parametrize(
    "query",
    [
        "shop=%00",
        "search=%00",
        f"placed_since={quote('0001-01-01T00:00:00+14:00')}",
        f"placed_until={quote('9999-12-31T23:59:59-14:00')}",
        "after=bm9uZQ==",
        "after=MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMHwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA=",
    ],
)
async def test_a_query_that_cannot_be_asked_is_refused(approval: Driver, query: str) -> None:
    answer = await approval.http.get(f"/v1/orders?{query}")

    assert problem_of(answer) == (422, "application/problem+json")


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"shop": "\x00"}},
        {"filter": {"placed_since": "0001-01-01T00:00:00+14:00"}},
        {"order_ids": ["x" * 65]},
        {"order_ids": []},
    ],
)
async def test_an_approval_that_cannot_be_meant_is_refused(
    approval: Driver, body: dict[str, Any]
) -> None:
    answer = await approval.http.post("/v1/approvals", json=body)

    assert problem_of(answer) == (422, "application/problem+json")


async def test_half_a_character_is_refused(approval: Driver) -> None:
    answer = await approval.http.post("/v1/approvals", content=b'{"order_ids": ["\\ud800"]}')

    assert problem_of(answer) == (422, "application/problem+json")


async def test_a_body_of_any_size_is_not_read(approval: Driver) -> None:
    answer = await approval.http.post("/v1/approvals", content=b" " * (BODY_BYTES_MAX + 1))

    assert problem_of(answer) == (413, "application/problem+json")


async def test_a_kept_answer_is_only_for_who_may_ask(approval: Driver) -> None:
    await wait_for_a_person(approval)
    http, known = approval.http, approval.http.headers["Authorization"]

    async def ask() -> httpx.Response:
        body, headers = {"order_ids": [order_id("1")]}, {"Idempotency-Key": "one"}
        return await http.post("/v1/approvals", json=body, headers=headers)

    await ask()
    http.headers["Authorization"] = "Bearer revoked"
    stranger = await ask()
    http.headers["Authorization"] = known
    again = await ask()

    assert (stranger.status_code, again.headers["Idempotent-Replayed"]) == (401, "true")
