"""Rules that a merchant switches on; without them a person decides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.approval.app import build_app
from services.approval.settings import Settings
from services.approval.store.saving import WAITING
from shared.events import ApprovalOverdue, Finding, OrderApproved, Shopper
from tests.integration.approval.conftest import KEY
from tests.support.events import (
    dollars,
    fulfillment_started,
    order_id,
    order_received,
    print_file_ready,
    shipped,
)
from tests.support.service import Driver, driving


@asynccontextmanager
async def ruled(settings: Settings, **rules: Any) -> AsyncIterator[Driver]:
    async with driving(build_app(settings.model_copy(update=rules))) as driver:
        driver.http.headers["Authorization"] = f"Bearer {KEY}"
        yield driver


async def test_no_rule_is_on_by_itself(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_ready())

    worked = [await approval.does(name) for name in ("rules", "send", "overdue")]

    assert worked == [False] * 3
    assert await approval.says() == []


@pytest.mark.parametrize(
    ("rules", "approved_by"),
    [
        ({"auto_approve_products": frozenset({"adventure-tee"})}, "rule: product"),
        ({"auto_approve_products": frozenset({"family-mug"})}, None),
        ({"auto_approve_under": 5000}, "rule: small order"),
        ({"auto_approve_under": 3400}, None),
        ({"auto_approve_under": 5000, "auto_approve_currency": "EUR"}, None),
        ({"auto_approve_under": 5000, "cooling_off_minutes": 10}, None),
        ({"auto_approve_returning": True}, None),
    ],
)
async def test_a_rule_approves_what_it_names(
    settings: Settings, rules: dict[str, Any], approved_by: str | None
) -> None:
    async with ruled(settings, **rules) as approval:
        await approval.hears(order_received(), print_file_ready())

        await approval.does_all("rules")

        said = [
            each.approved_by for each in await approval.says() if isinstance(each, OrderApproved)
        ]
        assert said == ([approved_by] if approved_by else [])


async def test_rules_are_woken_only_for_orders_that_wait(approval: Driver) -> None:
    signal, unsubscribe = approval.service.database.subscribe(WAITING)
    woken = []
    for event in (order_received(), print_file_ready(), fulfillment_started()):
        await approval.hears(event)
        woken.append(signal.is_set())
        signal.clear()
    unsubscribe()

    assert woken == [False, True, False]


async def test_all_that_two_rules_let_through_is_approved(approval: Driver) -> None:
    dear = order_received("2", total=dollars(9_000))
    await approval.hears(order_received("1"), dear, print_file_ready("1"), print_file_ready("2"))
    await approval.hears(order_received("3"), print_file_ready("3", product_id="family-mug"))
    under = {"minor": 5_000, "currency": "USD"}
    rules = {"auto_approve_products": ["adventure-tee"], "auto_approve_under": under}
    seen = {"If-Match": (await approval.http.get("/v1/rules")).headers["ETag"]}
    (await approval.http.put("/v1/rules", json=rules, headers=seen)).raise_for_status()

    await approval.does_all("rules")

    said = {
        each.order_id: each.approved_by
        for each in await approval.says()
        if isinstance(each, OrderApproved)
    }
    by = ("rule: product", "rule: product", "rule: small order")
    assert said == dict(zip(map(order_id, "123"), by, strict=True))


async def test_a_shopper_who_was_sent_something_is_known(settings: Settings) -> None:
    async with ruled(settings, auto_approve_returning=True) as approval:
        await approval.hears(order_received("1"), print_file_ready("1"), shipped("1"))
        await approval.hears(order_received("2"), print_file_ready("2"))

        await approval.does_all("rules")

        [said] = await approval.says()
        assert isinstance(said, OrderApproved)
        assert said.approved_by == "rule: returning shopper"


async def test_a_shopper_is_known_by_the_whole_address(settings: Settings) -> None:
    longer = Shopper(name="Ada", email="ada@example.com.au")
    async with ruled(settings, auto_approve_returning=True) as approval:
        await approval.hears(order_received("1", shopper=longer), shipped("1"))
        await approval.hears(order_received("2"), print_file_ready("2"))

        await approval.does_all("rules")

        assert await approval.says() == []


async def test_what_preflight_noticed_is_left_to_a_person(settings: Settings) -> None:
    warning = Finding(code="low_dpi", severity="warning", message="the photo is a little coarse")
    async with ruled(settings, auto_approve_under=5000) as approval:
        await approval.hears(order_received(), print_file_ready(findings=(warning,)))

        await approval.does_all("rules")

        assert await approval.says() == []


async def test_an_order_that_waits_too_long_is_said_once(settings: Settings) -> None:
    async with ruled(settings, overdue_hours=1) as approval:
        await approval.hears(order_received(), print_file_ready())

        await approval.does_all("overdue")
        said = await approval.says()
        await approval.does_all("overdue")

        assert [type(each) for each in said] == [ApprovalOverdue]
        assert await approval.says() == []
        assert "platen_orders_overdue 1.0" in (await approval.http.get("/metrics")).text
