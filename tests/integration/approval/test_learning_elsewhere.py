"""What another process did in the meantime is never lost to one that learns from memory."""

from tests.integration.approval.learning import KINDS, LIFE, RULE, Start
from tests.support.events import order_changed


async def test_an_approval_elsewhere_is_not_written_over(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(*LIFE[:2])
    await there.approves()

    await here.hears(LIFE[2])

    order = await here.shown()
    assert here.long_way == ["FulfillmentStarted"]
    assert (order["status"], order["approved_by"]) == ("in_production", "API key")


async def test_an_approval_elsewhere_outlives_a_change_in_the_store(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(*LIFE[:2])
    await there.approves()

    await here.hears(order_changed(items=()))

    order = await here.shown()
    assert (order["status"], order["approved_by"]) == ("approved", "API key")
    assert order["concerns"]


async def test_news_that_another_process_heard_are_not_lost(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(LIFE[0])
    await there.hears(LIFE[1])
    await here.hears(LIFE[2])
    await there.hears(*LIFE[3:])

    assert (here.long_way, there.long_way) == (
        ["FulfillmentStarted"],
        ["PrintFileReady", *KINDS[3:]],
    )
    assert (await here.shown())["status"] == "fulfilled"
    assert await here.kinds() == sorted(KINDS)


async def test_an_event_that_another_process_heard_does_nothing_again(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(LIFE[0])
    await there.hears(LIFE[1])
    await here.hears(LIFE[2])
    before = await here.shown()

    await there.hears(LIFE[2])
    await there.hears(*LIFE[:3])

    assert (await here.shown()) == before
    assert await here.kinds() == sorted(KINDS[:3])


async def test_an_order_that_only_looks_new_is_read(start: Start) -> None:
    here, there = await start(), await start()
    await here.hears(*LIFE[:2])

    await there.hears(order_changed())

    order = await here.shown()
    assert there.long_way == ["OrderChanged"]
    assert (order["status"], len(order["timeline"])) == ("needs_approval", 3)


async def test_a_rule_that_was_switched_off_elsewhere_approves_nothing(start: Start) -> None:
    here, there = await start(**RULE), await start(**RULE)
    off = {"If-Match": (await there.driver.http.get("/v1/rules")).headers["ETag"]}
    (await there.driver.http.put("/v1/rules", json={}, headers=off)).raise_for_status()

    await here.hears(*LIFE[:2])

    assert here.long_way == KINDS[:2]
    assert (await here.shown())["status"] == "needs_approval"
    assert await here.says() == []
