"""What becomes of a batch: each event once, all or nothing, in the order of each order's life."""

import asyncio

from structlog.testing import capture_logs

from shared.events import Event
from shared.patience import until
from tests.support.databases import run
from tests.support.events import order_approved, order_cancelled, order_received
from tests.support.probe import NAME, Probe, ProbeDriver, heard
from tests.support.service import as_record


def ids(*events: Event) -> list[str]:
    return [event.event_id for event in events]


async def test_a_batch_of_many_orders_calls_each_handler_once(
    service: ProbeDriver, probe: Probe
) -> None:
    received = [order_received(str(number)) for number in range(50)]
    cancelled = [order_cancelled(str(number)) for number in range(50)]

    await service.hears(*(each for pair in zip(received, cancelled, strict=True) for each in pair))

    assert probe.calls == {"OrderReceived": 1, "OrderCancelled": 1}
    assert heard(await service.says()) == ids(*received, *cancelled)


async def test_two_events_of_one_order_are_applied_one_after_another(
    service: ProbeDriver, probe: Probe
) -> None:
    first, second = order_received(), order_received()

    await service.hears(first, second)

    assert probe.calls["OrderReceived"] == 2
    assert heard(await service.says()) == ids(first, second)


async def test_an_event_delivered_again_is_not_applied_again(service: ProbeDriver) -> None:
    event = order_received()
    await service.hears(event)

    await service.hears(event, event)

    assert heard(await service.says()) == ids(event)


async def test_an_event_delivered_twice_at_once_is_applied_once(service: ProbeDriver) -> None:
    events = [order_received(str(number)) for number in range(20)]

    await asyncio.gather(*[service.hears(*events) for _ in range(4)])

    assert sorted(heard(await service.says())) == sorted(ids(*events))


async def test_an_event_that_nobody_asked_for_is_passed_over(service: ProbeDriver) -> None:
    await service.hears(order_approved())

    assert await service.says() == []
    assert await service.sets_aside() == []


async def test_a_passing_failure_is_tried_again_until_it_passes(
    service: ProbeDriver, probe: Probe
) -> None:
    probe.deadlocks = {1, 2}
    event = order_received()

    await service.hears(event)

    assert heard(await service.says()) == ids(event)
    assert await service.sets_aside() == []


async def test_a_passing_failure_of_a_single_event_sets_nothing_aside(
    service: ProbeDriver, probe: Probe
) -> None:
    good, bad = order_received("1"), order_received("2")
    probe.poison, probe.deadlocks = {bad.event_id}, {2}

    await service.hears(good, bad)

    assert heard(await service.says()) == ids(good)
    assert await service.sets_aside_ids() == ids(bad)


async def test_an_event_that_fails_leaves_no_trace_but_its_letter(
    service: ProbeDriver, probe: Probe
) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}

    await service.hears(bad)

    assert await service.says() == []
    [letter] = await service.sets_aside()
    assert letter.event_id == bad.event_id
    assert letter.reason == f"Indigestible: cannot apply ['{bad.event_id}']"


async def test_the_log_names_what_failed_and_quotes_no_event(
    service: ProbeDriver, probe: Probe
) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}
    with capture_logs() as logs:
        await service.hears(bad, order_received("2"))

    told = {line["event"]: line for line in logs}
    assert told["batch_replayed_one_by_one"]["error"].startswith("Indigestible")
    assert told["event_set_aside"]["reason"] == "Indigestible"
    assert "cannot apply" not in str(logs)


async def test_a_failed_event_holds_back_its_own_order_only(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, later, other = order_received("1"), order_cancelled("1"), order_received("2")
    probe.poison = {bad.event_id}

    await service.hears(bad, later, other)

    assert heard(await service.says()) == ids(other)
    assert [letter.event_id for letter in await service.sets_aside()] == ids(bad, later)


async def test_what_comes_later_still_waits_behind_the_failed_event(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, later = order_received(), order_cancelled()
    probe.poison = {bad.event_id}
    await service.hears(bad)

    await service.hears(later)

    assert await service.says() == []
    letters = await service.sets_aside()
    assert [letter.event_id for letter in letters] == ids(bad, later)
    assert letters[1].reason == "waits behind an earlier dead letter"


async def test_a_record_fetched_again_is_set_aside_once(service: ProbeDriver, probe: Probe) -> None:
    bad, later = order_received(), order_cancelled()
    probe.poison = {bad.event_id}
    records = [as_record(bad), as_record(later)]

    for _ in range(3):
        await service.hears_records(*records)

    assert [letter.event_id for letter in await service.sets_aside()] == ids(bad, later)


async def test_what_was_applied_is_not_set_aside_when_fetched_again(
    service: ProbeDriver, probe: Probe
) -> None:
    good, bad = order_received(), order_cancelled()
    probe.poison = {bad.event_id}
    records = [as_record(good), as_record(bad)]
    await service.hears_records(*records)

    await service.hears_records(*records)

    assert [letter.event_id for letter in await service.sets_aside()] == ids(bad)


async def test_a_dead_letter_is_told_on_its_topic(service: ProbeDriver, probe: Probe) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}

    await service.hears(bad)

    [told] = await service.warns()
    headers = dict(told.headers)
    assert told.topic == "orders.v1-notifier-dlt"
    assert told.key == bad.order_id
    assert headers["ce_id"] == bad.event_id
    assert headers["kafka_dlt-original-consumer-group"] == "notifier"
    assert "Indigestible" in headers["kafka_dlt-exception-message"]


async def test_a_missing_table_is_waited_for_and_no_event_is_set_aside(
    service: ProbeDriver, database_url: str
) -> None:
    event = order_received()
    await run(database_url, f"ALTER TABLE {NAME}.inbox RENAME TO elsewhere")
    hearing = asyncio.create_task(service.hears(event))

    async def says_why() -> bool:
        return "UndefinedTableError" in service.service.consumer.trouble

    await until(says_why)
    await run(database_url, f"ALTER TABLE {NAME}.elsewhere RENAME TO inbox")
    await hearing

    assert service.service.consumer.trouble == ""
    assert await service.sets_aside_ids() == []
    assert heard(await service.says()) == ids(event)
