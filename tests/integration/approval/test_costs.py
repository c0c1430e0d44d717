"""What approval shows of an order's cost, and that no price stands in anybody's way."""

from datetime import timedelta
from typing import Any

from shared.events import Event, OrderApproved, quote_fingerprint
from tests.integration.approval.conftest import KEY
from tests.support.events import (
    ADDRESS,
    MOMENT,
    approved_item,
    charge_recorded,
    dollars,
    fulfillment_started,
    order_id,
    order_quoted,
    order_received,
    print_file_ready,
    quote_refused,
    shipped,
)
from tests.support.service import Driver

SHIPPING = charge_recorded(
    kind="shipping", amount=dollars(475), charged_at=MOMENT + timedelta(days=1)
)
PATH = f"/v1/orders/{order_id()}"


ELSEWHERE = quote_fingerprint(ADDRESS.model_copy(update={"city": "Dallas"}), [approved_item()])
HERE = {"Origin": "http://approval"}


async def shown_to_program(approval: Driver) -> dict[str, Any]:
    """Give the order as the API shows it, with a person signed in beside."""
    known = {"Authorization": f"Bearer {KEY}"}
    order: dict[str, Any] = (await approval.http.get(PATH, headers=known)).json()
    return order


async def shown(approval: Driver) -> dict[str, Any]:
    """Give the order as the API shows it."""
    order: dict[str, Any] = (await approval.http.get(PATH)).raise_for_status().json()
    return order


async def test_a_quote_gives_cost_and_margin_as_an_estimate(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_ready(), order_quoted())

    order = await shown(approval)

    assert order["cost"] == {
        "amounts": [{"minor": 1370, "currency": "USD"}],
        "basis": "estimated",
        "margin": {"minor": 2030, "currency": "USD"},
        "is_loss": False,
    }
    assert [cost["kind"] for cost in order["quote"]["costs"]] == ["product", "shipping"]
    assert order["charges"] == []


async def test_charges_are_listed_and_make_the_cost_final(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_ready(), order_quoted())
    await approval.hears(fulfillment_started(), charge_recorded(), SHIPPING, charge_recorded())

    order = await shown(approval)

    assert [(each["charge_id"], each["amount"]["minor"]) for each in order["charges"]] == [
        ("cf-1001/product", 895),
        ("cf-1001/shipping", 475),
    ]
    assert order["cost"]["basis"] == "charged"


async def test_the_timeline_tells_what_was_quoted_and_charged(approval: Driver) -> None:
    await approval.hears(order_received(), quote_refused(reason="No such variant"))
    await approval.hears(order_quoted(), charge_recorded())
    await approval.hears(charge_recorded(kind="refund", amount=dollars(-1370)))

    texts = [entry["text"] for entry in (await shown(approval))["timeline"]]

    assert texts[1:] == [
        "No quote: No such variant",
        "Completeful would charge $13.70: product $8.95, shipping $4.75",
        "Completeful charged $8.95 for the product",
        "Completeful gave $13.70 back",
    ]


async def test_any_order_of_arrival_gives_the_same_cost(approval: Driver) -> None:
    news: list[Event] = [
        order_received(),
        print_file_ready(),
        order_quoted(),
        fulfillment_started(),
        charge_recorded(),
        SHIPPING,
        shipped(),
    ]
    for event in [*news[3::2], *reversed(news), *news[::2]]:
        await approval.hears(event)

    order = await shown(approval)

    assert (order["status"], order["cost"]["basis"]) == ("fulfilled", "charged")
    assert order["cost"]["margin"]["minor"] == 2030


async def test_a_price_that_comes_meanwhile_makes_no_approval_stale(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_ready())
    seen = (await approval.http.get(PATH)).headers["ETag"]
    await approval.hears(order_quoted(), quote_refused())

    answer = await approval.http.post(f"{PATH}/approve", headers={"If-Match": seen})

    assert answer.status_code == 200
    assert [type(event) for event in await approval.says()] == [OrderApproved]


async def test_a_refused_quote_is_said_and_the_order_can_be_approved(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready())
    await signed_in.hears(quote_refused(reason="Completeful: No such <variant>"))

    page = (await signed_in.http.get(f"/orders/{order_id()}")).text

    assert "No estimate of the cost: Completeful: No such &lt;variant&gt;" in page
    assert "Approve order" in page


async def test_after_a_corrected_address_the_old_quote_is_not_shown(signed_in: Driver) -> None:
    await signed_in.hears(order_received(total=dollars(900)), print_file_ready(), order_quoted())
    form = ADDRESS.model_dump() | {"city": "Dallas"}
    await signed_in.http.post(f"/orders/{order_id()}/address", data=form, headers=HERE)

    row = (await signed_in.http.get("/")).text
    page = (await signed_in.http.get(f"/orders/{order_id()}")).text
    order = await shown_to_program(signed_in)
    await signed_in.hears(order_quoted(total=dollars(1520), fingerprint=ELSEWHERE))
    after = await shown_to_program(signed_in)

    assert row.count("quote outdated") == 1
    assert "what the order costs now" in page
    for words in ("$13.70", "−$4.70", "This order costs more than it brings in."):
        assert words not in row
        assert words not in page.partition('id="cost-title"')[2].partition("</section>")[0]
    assert (order["is_quote_awaited"], order["quote"], order["cost"]) == (True, None, None)
    assert (after["is_quote_awaited"], after["quote"]["total"]["minor"]) == (False, 1520)


async def test_the_list_shows_cost_and_margin(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready(), order_quoted())

    page = (await signed_in.http.get("/")).text

    assert "<span>$13.70</span>" in page
    assert "estimated" in page
    assert "$20.30" in page


async def test_a_loss_is_said_in_words(signed_in: Driver) -> None:
    await signed_in.hears(order_received(total=dollars(900)), print_file_ready(), order_quoted())

    row = (await signed_in.http.get("/")).text
    page = (await signed_in.http.get(f"/orders/{order_id()}")).text

    assert '<span class="loss">−$4.70</span>' in row
    assert '<span class="faint">loss</span>' in row
    assert "This order costs more than it brings in." in page


async def test_the_page_lists_every_charge_with_its_reference(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), fulfillment_started(), charge_recorded(), SHIPPING)

    page = (await signed_in.http.get(f"/orders/{order_id()}")).text

    for words in ("$8.95", "cf-1001/product", "$4.75", "cf-1001/shipping"):
        assert words in page
