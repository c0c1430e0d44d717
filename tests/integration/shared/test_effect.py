"""A handler that is one statement: it claims and applies at once, or takes the long way."""

from tests.integration.shared.test_consumer import ids
from tests.support.events import order_cancelled, order_received
from tests.support.probe import Probe, ProbeDriver, heard


async def test_a_batch_is_claimed_and_applied_at_once(
    quick_service: ProbeDriver, probe: Probe
) -> None:
    events = [order_received("1"), order_received("2"), order_cancelled("1")]

    await quick_service.hears(*events)

    assert probe.calls == {"at once": 1}
    assert heard(await quick_service.says()) == ids(*events)


async def test_what_was_heard_before_has_no_effect_again(quick_service: ProbeDriver) -> None:
    first, second = order_received("1"), order_received("2")
    await quick_service.hears(first)

    await quick_service.hears(second, first, second)

    assert heard(await quick_service.says()) == ids(first, second)


async def test_nothing_happens_at_once_that_is_otherwise_than_required(
    quick_service: ProbeDriver, probe: Probe
) -> None:
    probe.requires = "(SELECT count(*) FROM claimed) > 1"
    alone, pair = order_received("1"), [order_received("2"), order_received("3")]

    await quick_service.hears(alone)
    assert heard(await quick_service.says()) == ids(alone)
    assert probe.calls == {}

    await quick_service.hears(*pair)
    assert heard(await quick_service.says()) == ids(*pair)
    assert probe.calls == {"at once": 1}


async def test_what_waits_behind_a_letter_is_set_aside_and_the_others_applied(
    quick_service: ProbeDriver, probe: Probe
) -> None:
    bad = order_received("1")
    probe.poison = {bad.event_id}
    await quick_service.hears(bad)
    probe.poison = set()
    later, other = order_cancelled("1"), order_received("2")

    await quick_service.hears(later, other)

    assert heard(await quick_service.says()) == ids(other)
    assert await quick_service.sets_aside_ids() == ids(bad, later)
