"""A relay of which the broker takes nothing says so, and one whose broker is away does not."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.service import Service
from tests.broker.conftest import Build
from tests.broker.stream import Stream, comes_true
from tests.broker.test_relaying import say
from tests.support.events import order_received
from tests.support.probe import NAME, Probe, build_probe

ACKNOWLEDGED_BY = "shared.produce_request.BY_ALL"
NO_SUCH_NUMBER = 2
SAID = "nothing is published: InvalidRequiredAcksError"


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr("shared.relay.RETRY_SECONDS_MAX", 0.2)
    monkeypatch.setattr("shared.relay.TAKEOVER_SECONDS", 0.2)


async def test_it_says_why_until_it_publishes_again(
    stream: Stream, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, event = build(Probe()), order_received("1")
    async with service.running():
        with monkeypatch.context() as refused:
            refused.setattr(ACKNOWLEDGED_BY, NO_SUCH_NUMBER)
            await say(service, event)
            await comes_true(lambda: service.relay.state == SAID)

        await stream.has(event)
        await comes_true(lambda: service.relay.state == "ok")


async def test_whoever_waits_says_nothing_once_another_publishes(
    stream: Stream, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    members, event = [build(Probe()), build(Probe())], order_received("1")
    said = set[Service]()

    def have_said() -> bool:
        said.update(each for each in members if each.relay.state == SAID)
        return said == {*members}

    async with members[0].running(), members[1].running():
        with monkeypatch.context() as refused:
            refused.setattr(ACKNOWLEDGED_BY, NO_SUCH_NUMBER)
            await say(members[0], event)
            await comes_true(have_said)

        await stream.has(event)
        await comes_true(lambda: {each.relay.state for each in members} == {"ok"})


async def test_a_broker_that_is_away_is_no_refusal(
    own: Callable[[str], dict[str, Any]], name: str
) -> None:
    service = build_probe(Probe(), own(NAME) | {"kafka_servers": "127.0.0.1:1"}, name)
    service.waits_for_stream = False
    async with service.running():
        await comes_true(lambda: service.relay._failures > 5)

        assert service.relay.state == "ok"
