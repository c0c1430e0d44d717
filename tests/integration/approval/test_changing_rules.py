"""Rules that a merchant changes while everything runs."""

from typing import Any

import httpx
import pytest

from services.approval.access import create_key
from services.approval.app import build_app
from services.approval.settings import Settings
from shared.events import OrderApproved
from shared.web import Role
from tests.integration.approval.conftest import KEY
from tests.support.events import order_received, print_file_ready, product_published
from tests.support.service import Driver, driving

SMALL = {"auto_approve_under": {"minor": 5000, "currency": "USD"}}


async def change(approval: Driver, rules: dict[str, Any], **headers: str) -> httpx.Response:
    seen = (await approval.http.get("/v1/rules")).headers["ETag"]
    return await approval.http.put("/v1/rules", json=rules, headers={"If-Match": seen} | headers)


async def test_everything_is_off_until_somebody_changes_it(approval: Driver) -> None:
    held = (await approval.http.get("/v1/rules")).json()

    assert (held["version"], held["changed_by"]) == (1, "settings")
    assert held["rules"] == {
        "auto_approve_products": [],
        "auto_approve_under": None,
        "auto_approve_returning": False,
        "cooling_off_minutes": 0.0,
        "overdue_hours": None,
    }


async def test_a_rule_looks_at_the_orders_that_wait_already(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_ready())
    await approval.does_all("rules")

    changed = await change(approval, SMALL)
    await approval.does_all("rules")

    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    [said] = await approval.says()
    assert isinstance(said, OrderApproved)
    assert said.approved_by == "rule: small order"


async def test_a_rule_that_is_switched_off_approves_nothing_more(approval: Driver) -> None:
    await change(approval, SMALL)
    await change(approval, {})
    await approval.hears(order_received(), print_file_ready())

    await approval.does_all("rules")

    assert await approval.says() == []


async def test_who_changes_rules_has_seen_those_that_hold(approval: Driver) -> None:
    seen = (await approval.http.get("/v1/rules")).headers["ETag"]
    await change(approval, SMALL)

    late = await approval.http.put("/v1/rules", json={}, headers={"If-Match": seen})
    blind = await approval.http.put("/v1/rules", json={})

    assert (late.status_code, late.json()["code"], blind.status_code) == (412, "changed", 428)
    assert (await approval.http.get("/v1/rules")).json()["rules"]["auto_approve_under"]


@pytest.mark.parametrize(
    "rules",
    [
        {"auto_approve_under": {"minor": 0, "currency": "USD"}},
        {"auto_approve_under": {"minor": 1, "currency": "dollar"}},
        {"cooling_off_minutes": -1},
        {"cooling_off_minutes": 20_000},
        {"overdue_hours": 0},
        {"auto_aprove_returning": True},
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(
    approval: Driver, rules: dict[str, Any]
) -> None:
    answer = await change(approval, rules)

    assert answer.status_code == 422
    assert (await approval.http.get("/v1/rules")).json()["version"] == 1


@pytest.mark.parametrize(("role", "status"), [(Role.APPROVER, 403), (Role.ADMIN, 200)])
async def test_only_an_admin_changes_rules(approval: Driver, role: Role, status: int) -> None:
    key = await create_key(approval.service.database, "script", role, "Ada")

    answer = await change(approval, SMALL, Authorization=f"Bearer {key}")

    assert answer.status_code == status


async def test_a_trial_counts_and_changes_nothing(approval: Driver) -> None:
    await approval.hears(product_published(), order_received("1"), print_file_ready("1"))
    await approval.hears(order_received("2", total={"minor": 9900, "currency": "USD"}))
    await approval.hears(print_file_ready("2"))
    rules = SMALL | {"auto_approve_products": ["adventure-tee"], "overdue_hours": 1}

    trial = (await approval.http.post("/v1/rules/trial", json=rules)).json()

    assert trial == {
        "tried": 2,
        "waiting": 2,
        "by_product": 2,
        "by_amount": 1,
        "by_shopper": 0,
        "approved": 2,
        "overdue": 2,
    }
    assert (await approval.http.get("/v1/rules")).json()["version"] == 1
    assert await approval.says() == []


async def test_settings_hold_until_a_person_changes_them(
    approval: Driver, settings: Settings
) -> None:
    async with driving(build_app(settings.model_copy(update={"overdue_hours": 8.0}))) as again:
        again.http.headers["Authorization"] = f"Bearer {KEY}"
        first = (await again.http.get("/v1/rules")).json()
        await change(again, SMALL)
    async with driving(build_app(settings)) as later:
        later.http.headers["Authorization"] = f"Bearer {KEY}"
        second = (await later.http.get("/v1/rules")).json()

    assert (first["version"], first["rules"]["overdue_hours"]) == (2, 8.0)
    assert (second["version"], second["rules"]["auto_approve_under"]) == (
        3,
        SMALL["auto_approve_under"],
    )


async def test_a_change_is_in_the_audit_with_who_and_what(approval: Driver) -> None:
    await change(approval, SMALL | {"cooling_off_minutes": 30})

    async with approval.service.database.transaction() as transaction:
        [row] = await transaction.fetch("SELECT who, did, detail FROM audit")

    assert tuple(row) == (
        "API key",
        "changed the rules",
        "approve small orders: off → under $50.00; cooling-off: off → 30 minutes",
    )
