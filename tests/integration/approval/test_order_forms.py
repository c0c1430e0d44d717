"""The forms on the page of an order: what they offer, and what becomes of one sent wrongly."""

import re

from shared.events import ReprintOrdered
from tests.support.events import fulfillment_started, order_id, order_received, print_file_ready
from tests.support.service import Driver

HERE = {"Sec-Fetch-Site": "same-origin"}
PATH = f"/orders/{order_id()}"
HOLD = f'action="{PATH}/hold"'
WRONG = {"name": "Ada <King>", "line1": "14 Analytical Way", "city": "Austin", "country": "Texas"}


async def test_an_order_on_hold_is_not_offered_to_be_held(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready())
    before = (await signed_in.http.get(PATH)).text

    await signed_in.http.post(f"{PATH}/hold", data={"reason": "Is it spelled so?"}, headers=HERE)

    after = (await signed_in.http.get(PATH)).text
    assert (HOLD in before, HOLD in after) == (True, False)
    assert f'action="{PATH}/release"' in after


async def test_an_address_that_is_refused_need_not_be_typed_again(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready())

    answer = await signed_in.http.post(f"{PATH}/address", data=WRONG, headers=HERE)

    assert answer.status_code == 422
    assert "The country is two letters" in answer.text
    form = answer.text.partition(f'action="{PATH}/address"')[2].partition("</form>")[0]
    assert 'value="Ada &lt;King&gt;"' in form
    assert 'value="14 Analytical Way"' in form
    assert 'value="Texas"' in form
    assert '<details class="action" hx-morph-skip open>' in answer.text


async def test_a_reprint_that_is_pressed_twice_is_one(signed_in: Driver) -> None:
    await signed_in.hears(order_received(), print_file_ready())
    await signed_in.http.post(f"{PATH}/approve", headers=HERE)
    await signed_in.hears(fulfillment_started())
    shown = (await signed_in.http.get(PATH)).text
    form = shown.partition(f'action="{PATH}/reprint"')[2].partition("</form>")[0]
    [seen] = re.findall(r'name="seen" value="(\d+)"', form)
    await signed_in.says()

    pressed = [
        await signed_in.http.post(f"{PATH}/reprint", data={"seen": seen}, headers=HERE)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in pressed] == [303, 412]
    assert [type(said) for said in await signed_in.says()] == [ReprintOrdered]
