"""The page where a person sees the orders and says yes."""

import pytest

from shared.events import OrderApproved
from tests.support.events import (
    ADDRESS,
    line_item,
    order_changed,
    order_id,
    order_received,
    print_file_failed,
    print_file_ready,
    print_files_deleted,
    shipped,
    storefront_updated,
)
from tests.support.failures import product_set_aside
from tests.support.service import Driver

HERE = {"Origin": "http://approval"}


async def test_an_empty_page_says_what_will_come(signed_in: Driver) -> None:
    answer = await signed_in.http.get("/")

    assert "the moment a shopper pays" in answer.text


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


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ({}, "Austin, TX 78701"),
        ({"city": "Berlin", "region": "", "postal_code": "10115", "country": "DE"}, "10115 Berlin"),
    ],
)
async def test_an_address_is_written_as_its_country_writes_it(
    signed_in: Driver, place: dict[str, str], line: str
) -> None:
    await signed_in.hears(order_received(shipping_address=ADDRESS.model_copy(update=place)))

    page = (await signed_in.http.get(f"/orders/{order_id()}")).text

    assert f"<span>{line}</span>" in page


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


async def test_an_event_that_failed_alone_is_not_called_another(signed_in: Driver) -> None:
    await signed_in.hears(product_set_aside())

    assert "Services could not take in 1 event." in (await signed_in.http.get("/")).text
