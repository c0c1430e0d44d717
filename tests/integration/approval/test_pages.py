"""The page where a person sees the orders and says yes."""

from datetime import UTC, datetime

import pytest

from services.approval.settings import Settings
from shared.events import OrderApproved
from shared.web import Person, Role, Sessions
from tests.support.events import (
    line_item,
    order_changed,
    order_id,
    order_received,
    print_file_failed,
    print_file_ready,
    print_files_deleted,
    product_published,
    shipped,
    storefront_updated,
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


async def test_an_empty_page_says_what_will_come(signed_in: Driver) -> None:
    answer = await signed_in.http.get("/")

    assert "the moment a customer pays" in answer.text


async def test_the_page_shows_orders_with_their_preview(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready())

    page = (await signed_in.http.get("/")).text

    assert "#1001" in page
    assert "Ada Lovelace" in page
    assert "$34.00" in page
    assert "/files/previews/bbbb" in page
    assert "Needs approval" in page


async def test_a_reason_is_shown_with_a_way_to_retry(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_failed())

    page = (await signed_in.http.get("/?view=attention")).text

    assert "the photo is cut off in the middle" in page
    assert f"/orders/{order_id()}/retry" in page


def seen_on(page: str) -> str:
    return page.split('form="one" name="order" value="')[1].split('"', maxsplit=1)[0]


async def test_the_button_approves_what_was_seen(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready())
    seen = seen_on((await signed_in.http.get("/")).text)

    answer = await signed_in.http.post(
        "/approve", data={"order": seen, "looking": "/?view=approval"}, headers=HERE
    )

    assert answer.headers["location"] == "/?view=approval&approved=1"
    [said] = await signed_in.says()
    assert isinstance(said, OrderApproved)
    assert said.approved_by == "merchant"


async def test_the_page_says_what_changed_instead_of_approving(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready())
    seen = seen_on((await signed_in.http.get("/")).text)
    await signed_in.hears(order_changed(items=(line_item(quantity=5),)))

    answer = await signed_in.http.post("/approve", data={"order": seen}, headers=HERE)

    assert "0 orders approved. 1 could not be approved:" in answer.text
    assert "#1001</a>: It has changed since you saw it" in answer.text
    assert "Changed in the store: items" in answer.text
    assert await signed_in.says() == []


async def test_all_that_waits_behind_the_filters_is_approved(signed_in: Driver) -> None:
    for number in ("1001", "1002"):
        await signed_in.hears(order_received(number), print_file_ready(number))
    counted = await signed_in.http.get("/count?search=%231002")

    answer = await signed_in.http.post(
        "/approve", data={"all": "yes", "looking": "/?search=%231002"}, headers=HERE
    )

    assert counted.json()["orders"] == 1
    assert answer.headers["location"] == "/?search=%231002&approved=1"
    [said] = await signed_in.says()
    assert isinstance(said, OrderApproved)
    assert said.order_number == "#1002"


async def test_the_order_page_shows_everything_known(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready(), shipped(), storefront_updated())

    page = (await signed_in.http.get(f"/orders/{order_id()}")).text

    for text in ("Ada Lovelace", "12 Analytical Way", "/files/prints/aaaa", "9400100000", "USPS"):
        assert text in page
    assert "Order #1001 received" in page
    assert (await signed_in.http.get(f"/orders/{order_id('9')}")).status_code == 404


async def test_the_order_page_says_that_files_were_deleted(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready(), shipped(), print_files_deleted())

    page = (await signed_in.http.get(f"/orders/{order_id()}")).text

    assert "The print files were deleted after the order's end." in page
    assert "Print files and photos deleted: they were kept long enough" in page
    assert "/files/prints/" not in page


async def test_a_correction_on_the_page_has_the_file_made_anew(signed_in: Driver) -> None:
    await signed_in.hears(
        order_received(), print_file_ready(item_fingerprint=line_item().fingerprint)
    )

    answer = await signed_in.http.post(
        f"/orders/{order_id()}/answers",
        data={"line_item_id": "7001", "answer:Name": "Boris"},
        headers=HERE,
    )

    assert answer.headers["location"] == f"/orders/{order_id()}?done=answers"
    page = (await signed_in.http.get(answer.headers["location"])).text
    assert "The print file is being made anew." in page
    assert "Name: Ada → Boris" in page


@pytest.mark.parametrize("action", ["hold", "reject"])
async def test_a_decision_without_a_reason_is_not_taken(signed_in: Driver, action: str) -> None:
    await signed_in.hears(order_received(), print_file_ready())

    answer = await signed_in.http.post(f"/orders/{order_id()}/{action}", headers=HERE)

    assert (answer.status_code, "Say why" in answer.text) == (422, True)


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


async def test_rules_are_tried_and_then_saved(signed_in: Driver) -> None:
    await signed_in.hears(product_published(), order_received(), print_file_ready())
    form = {"product": "adventure-tee", "under": "1,050.00", "currency": "usd", "version": "1"}

    tried = await signed_in.http.post("/rules/trial", data=form, headers=HERE)
    saved = await signed_in.http.post("/rules", data=form, headers=HERE)
    page = (await signed_in.http.get("/rules")).text

    assert tried.text.count("1 of the 1 waiting order would be approved") == 3
    assert saved.headers["location"] == "/rules?saved=1"
    assert 'value="1050.00"' in page
    assert (
        "Approve products: off → adventure-tee; approve small orders: off → under $1,050.00" in page
    )


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"under": "ten"}, "cannot be read"),
        ({"under": "nan"}, "cannot be read"),
        ({"under": "1.001"}, "cannot be read"),
        ({"under": "5", "currency": "$"}, "The amount and its currency"),
        ({"cooling_off": "-1"}, "The cooling-off"),
        ({"overdue": "99999"}, "The hours until an alert"),
        ({"version": "0"}, "Nothing of yours is saved"),
    ],
)
async def test_rules_that_make_no_sense_are_not_saved(
    signed_in: Driver, form: dict[str, str], words: str
) -> None:
    given = {"version": "1", "currency": "USD", "returning": "yes"} | form

    answer = await signed_in.http.post("/rules", data=given, headers=HERE)

    assert (answer.status_code in {409, 422}, words in answer.text) == (True, True)
    held = await signed_in.http.get("/rules")
    assert 'name="version" value="1"' in held.text


async def test_a_viewer_does_not_see_the_rules(signed_in: Driver, settings: Settings) -> None:
    viewer = Person("Vera", Role.VIEWER).sealed()
    cookie = Sessions(settings.session_key).new_cookie(viewer, datetime.now(UTC))
    signed_in.http.cookies.clear()

    answer = await signed_in.http.get("/rules", headers={"Cookie": f"platen_session={cookie}"})

    assert answer.status_code == 403


async def test_signing_out_ends_the_session(signed_in: Driver) -> None:
    await signed_in.http.post("/sign-out", headers=HERE)

    assert (await signed_in.http.get("/")).status_code == 401


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


async def test_retrying_what_has_not_failed_is_explained(signed_in: Driver) -> None:
    await signed_in.hears(order_received())

    answer = await signed_in.http.post(f"/orders/{order_id()}/retry", headers=HERE)

    assert (answer.status_code, "Nothing has failed" in answer.text) == (409, True)


async def test_a_retry_from_the_page_asks_again(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_failed())

    answer = await signed_in.http.post(f"/orders/{order_id()}/retry", headers=HERE)

    assert (
        "Asked for another attempt" in (await signed_in.http.get(answer.headers["location"])).text
    )
