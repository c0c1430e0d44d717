"""When an approval goes out: by the database's clock, and never held up by its neighbours."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.approval import decisions, handlers, worker
from services.approval.domain import Facts, learn
from services.approval.domain.approvable import APPROVAL_BYTES_MAX, approval_of
from services.approval.domain.snapshot import SAID_LATER
from shared.events import Event
from tests.integration.approval.learning import LIFE, RULE, Start
from tests.integration.approval.test_cooling_off import approve, ask, shown, wait
from tests.integration.approval.test_too_large import LINES, lines, ready
from tests.support.events import ADDRESS, order_id, order_received
from tests.support.refusing import allow, refuse
from tests.support.service import Driver


def skew(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """Have the clock of processes go wrong by so much, and the database's right."""

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Skewed":
            return super().now(tz) + timedelta(hours=hours)

    for room in (decisions, handlers, worker):
        monkeypatch.setattr(room, "datetime", Skewed, raising=False)


@pytest.mark.parametrize(("where_taken", "where_sent"), [(-1, 0), (0, 1), (1, 1)])
async def test_a_wrong_clock_sends_nothing_early(
    cooling: Driver, monkeypatch: pytest.MonkeyPatch, where_taken: float, where_sent: float
) -> None:
    skew(monkeypatch, where_taken)
    await approve(cooling, "1001")

    skew(monkeypatch, where_sent)
    early = await cooling.does("send")
    undone = await ask(cooling, "undo-approval")

    assert (early, undone.status_code) == (False, 200)
    assert await cooling.says() == []


async def test_a_wrong_clock_sends_nothing_late(
    cooling: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    skew(monkeypatch, 1)
    await approve(cooling, "1001")
    skew(monkeypatch, -1)
    await wait(cooling, 10)

    assert await cooling.does("send")
    assert [event.key for event in await cooling.says()] == [order_id("1001")]


async def test_a_rules_approval_cools_off_by_the_databases_clock(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    skew(monkeypatch, -1)
    process = await start(**RULE, cooling_off_minutes=10)

    await process.hears(*LIFE[:2])
    await process.driver.does_all("rules")

    skew(monkeypatch, 0)
    assert (await process.shown())["approved_by"] == "rule: product"
    assert await process.driver.does("send") is False


async def test_one_that_is_too_large_waits_for_a_person_and_the_others_go_out(
    cooling: Driver,
) -> None:
    await approve(cooling, "1", "2", "3")
    await be_from_before_the_limit(cooling, "2")
    await wait(cooling, 20)

    await cooling.does_all("send")

    order = await shown(cooling, "2")
    assert [event.key for event in await cooling.says()] == [order_id("1"), order_id("3")]
    assert (order["status"], order["reasons"][0]["code"]) == ("on_hold", "too_large")
    assert (order["approved_at"], order["goes_out_at"]) == (None, None)
    assert [order["timeline"][-1][part] for part in ("who", "text")] == [
        "platen",
        "It is too large to be passed on as one order; the approval is taken back",
    ]


@pytest.mark.parametrize("snapshot", ['{"shop": 1}', '{"shop'])
async def test_one_that_cannot_be_read_waits_for_another_approval(
    cooling: Driver, snapshot: str
) -> None:
    await approve(cooling, "1", "2")
    await keep(cooling, "1", snapshot=snapshot)
    await wait(cooling, 20)

    await cooling.does_all("send")
    order = await shown(cooling, "1")
    again = await cooling.http.post(f"/v1/orders/{order_id('1')}/approve")

    assert [event.key for event in await cooling.says()] == [order_id("2")]
    assert (order["status"], again.status_code) == ("needs_approval", 200)
    assert order["concerns"][0]["text"] == (
        "Approved by API key, but before it went out: what was approved cannot be read any more"
    )


async def test_one_that_fails_unexpectedly_is_put_off_and_the_others_go_out(
    cooling: Driver,
) -> None:
    await approve(cooling, "1", "2")
    await wait(cooling, 20)
    await refuse(cooling.service, "happening", "INSERT", "1")

    await cooling.does_all("send")

    assert [event.key for event in await cooling.says()] == [order_id("2")]
    await allow(cooling.service)
    await wait(cooling, 20)
    await cooling.does_all("send")
    assert [event.key for event in await cooling.says()] == [order_id("1")]


async def be_from_before_the_limit(approval: Driver, number: str) -> None:
    """Keep the order as one of many lines that was approved when there was no limit."""
    order = order_received(number, **lines())
    news: list[Event] = [order, *(ready(place, number) for place in range(LINES))]
    facts = Facts()
    for event in news:
        facts = learn(facts, event, is_approved=False)
    snapshot = approval_of(facts, order, ADDRESS).model_dump_json(exclude=SAID_LATER)
    assert len(snapshot) > APPROVAL_BYTES_MAX
    await keep(approval, number, facts=facts.model_dump_json(), snapshot=snapshot)


async def keep(approval: Driver, number: str, **columns: str) -> None:
    async with approval.service.database.transaction() as transaction:
        for name, value in columns.items():
            await transaction.execute(
                f"UPDATE review_facts SET {name} = $2 WHERE order_id = $1",  # noqa: S608 - ours
                order_id(number),
                value,
            )
