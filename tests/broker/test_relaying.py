"""How what a service says reaches a real broker, whoever dies meanwhile."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from shared import outbox
from shared.events import Event
from shared.service import Service
from tests.broker.conftest import Build
from tests.broker.member import leads
from tests.broker.processes import another_process, has_started
from tests.broker.stream import Stream, by_order, comes_true, open_stream
from tests.support.brokers import own_kafka
from tests.support.events import order_cancelled, order_received
from tests.support.probe import NAME, Probe, build_probe, echo_of

Own = Callable[[str], dict[str, Any]]


async def say(service: Service, *events: Event) -> None:
    """Promise an echo of each event, as a handler would."""
    async with service.database.transaction() as transaction:
        await outbox.add(transaction, [echo_of(event) for event in events])


async def test_only_one_of_two_members_relays(stream: Stream, build: Build) -> None:
    first, second = build(Probe()), build(Probe())
    events = [order_received(str(number)) for number in range(20)]
    async with first.running(), second.running():
        await comes_true(lambda: leads(first) or leads(second))

        await say(first, *events[:10])
        await say(second, *events[10:])
        await stream.has(*events)

        assert leads(first) != leads(second)
    assert len(stream.echoes()) == len(events)


async def test_what_a_second_member_says_waits_for_no_look(
    stream: Stream, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay.POLL_SECONDS", 600.0)
    members = [build(Probe()), build(Probe())]
    async with members[0].running(), members[1].running():
        await comes_true(lambda: any(leads(member) for member in members))
        [second] = [member for member in members if not leads(member)]
        for number in range(7):
            event = order_received(str(number))
            await say(second, event)
            await stream.has(event)


async def test_a_burst_is_said_in_order_and_without_gaps(stream: Stream, build: Build) -> None:
    service = build(Probe())
    events = [order_received(str(number % 30)) for number in range(3000)]
    async with service.running():
        for start in range(0, len(events), 300):
            await say(service, *events[start : start + 300])
        await stream.has(*events)

    assert stream.heard() == by_order(events)


async def test_another_member_takes_over_from_a_killed_one(
    stream: Stream, build: Build, own: Own, name: str
) -> None:
    left = build(Probe())
    heard, said = order_received("1"), order_received("2")
    async with another_process(name, own(NAME)) as process:
        await has_started(process)
        async with left.running():
            await stream.publish(heard)
            await stream.has(heard)
            led_before = leads(left)

            process.kill()
            await say(left, said)
            await stream.has(said)
            leads_now = leads(left)

            later = [order_cancelled(str(number)) for number in range(12)]
            await stream.publish(*later)
            await stream.has(*later)

    assert (led_before, leads_now) == (False, True)
    assert stream.heard() == by_order([heard, said, *later])


async def test_a_cut_connection_to_the_database_is_made_again(
    stream: Stream, build: Build, database_url: str
) -> None:
    service, event = build(Probe()), order_received()
    async with service.running():
        await comes_true(lambda: leads(service))
        admin = await asyncpg.connect(database_url)
        await admin.fetch(
            """
            SELECT pg_terminate_backend(pid)
            FROM pg_stat_activity
            WHERE usename = $1 AND datname = current_database()
            """,
            NAME,
        )
        await admin.close()

        await stream.publish(event)
        await stream.has(event)


async def test_what_is_said_while_the_broker_is_down_is_said_later(
    own: Own, name: str, tmp_path: Path
) -> None:
    async with own_kafka(tmp_path) as kafka:
        probe = build_probe(Probe(), own(NAME) | {"kafka_servers": kafka.servers}, name)
        before, during, after = (order_received(each) for each in ("1", "2", "3"))
        async with open_stream(kafka.servers, name) as stream, probe.running():
            await stream.publish(before)
            await stream.has(before)

            await kafka.kill()
            await say(probe, during)
            await kafka.start()
            await stream.has(during)
            await stream.publish(after)
            await stream.has(after)

            assert stream.heard() == by_order([before, during, after])
