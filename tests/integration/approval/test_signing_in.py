"""Who gets in: by a link that works once, as what, and not from another site."""

from datetime import UTC, datetime

import pytest

from services.approval.settings import Settings
from shared.web import Person, Role, Sessions
from tests.support.events import (
    order_received,
    print_file_ready,
)
from tests.support.service import Driver

HERE = {"Origin": "http://approval"}


async def test_nobody_sees_orders_without_signing_in(approval: Driver) -> None:
    await approval.hears(order_received())

    answer = await approval.http.get("/")

    assert answer.status_code == 401
    assert "#1001" not in answer.text


async def test_a_sign_in_link_works_once(approval: Driver, settings: Settings) -> None:
    link = Sessions(settings.session_key).new_link(datetime.now(UTC))

    answers = [(await approval.http.get(link)).status_code for _ in range(2)]

    assert answers == [303, 401]


async def test_a_forged_link_signs_nobody_in(approval: Driver) -> None:
    answers = [
        (await approval.http.get("/sign-in", params={"token": token})).status_code
        for token in ("", "x", "9999999999.a.b", "é.é.é")
    ]

    assert answers == [401] * 4


async def test_a_key_is_shown_once_and_can_be_revoked(signed_in: Driver) -> None:
    page = (
        await signed_in.http.post("/keys", data={"name": "Script", "role": "viewer"}, headers=HERE)
    ).text
    key = page.split('class="secret">')[1].split("<")[0]
    bearer = {"Authorization": f"Bearer {key}"}
    allowed = await signed_in.http.get("/v1/orders", headers=bearer)
    again = (await signed_in.http.get("/keys")).text
    key_hash = again.split('name="key_hash" value="')[1].split('"')[0]

    await signed_in.http.post("/keys/revoke", data={"key_hash": key_hash}, headers=HERE)

    assert (allowed.status_code, key in again) == (200, False)
    assert (await signed_in.http.get("/v1/orders", headers=bearer)).status_code == 401


async def test_signing_out_ends_the_session(signed_in: Driver) -> None:
    answer = await signed_in.http.post("/sign-out", headers=HERE)
    after = await signed_in.http.get(answer.headers["Location"])

    assert (await signed_in.http.get("/")).status_code == 401
    assert "You are signed out" in after.text
    assert "what you sent last was not done" not in after.text


async def test_a_viewer_may_look_and_not_decide(signed_in: Driver, settings: Settings) -> None:
    await signed_in.hears(order_received(), print_file_ready())
    viewer = Person("Vera", Role.VIEWER).sealed()
    cookie = Sessions(settings.session_key).new_cookie(viewer, datetime.now(UTC))
    headers = HERE | {"Cookie": f"platen_session={cookie}"}
    signed_in.http.cookies.clear()

    looked = await signed_in.http.get("/", headers=headers)
    decided = await signed_in.http.post("/approve", data={"all": "yes"}, headers=headers)

    assert (looked.status_code, decided.status_code) == (200, 403)
    assert await signed_in.says() == []


async def test_a_guesser_of_links_is_sent_away(approval: Driver) -> None:
    answers = [(await approval.http.get("/sign-in?token=x")).status_code for _ in range(21)]

    assert (answers[0], answers[-1]) == (401, 429)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "http://approval:8001"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://approval"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_cannot_approve(signed_in: Driver, headers: dict[str, str]) -> None:
    await signed_in.hears(order_received(), print_file_ready())

    answer = await signed_in.http.post("/approve", headers=headers)

    assert answer.status_code == 403
    assert await signed_in.says() == []
