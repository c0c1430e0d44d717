"""What the others hear of an order's dead letters, and how they have them replayed."""

from uuid import UUID

from shared import dead_letters
from shared.events import EventSetAside, EventsReplayed, ReplayRequested
from tests.support.events import order_cancelled, order_id, order_received
from tests.support.probe import NAME, Probe, ProbeDriver, heard
from tests.support.service import as_record, record


def wish(number: str = "1001", service: str = NAME) -> ReplayRequested:
    return ReplayRequested(order_id=order_id(number), service=service, requested_by="Ada")


async def test_the_first_letter_of_an_order_is_said_once(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, later = order_received(), order_cancelled()
    probe.poison = {bad.event_id}
    for _ in range(2):
        await service.hears_records(as_record(bad), as_record(later))

    [said] = await service.tells()

    assert isinstance(said, EventSetAside)
    assert (said.key, said.service, said.type) == (order_id(), NAME, "OrderReceived")


async def test_the_reason_that_is_said_quotes_nothing(service: ProbeDriver, probe: Probe) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}
    await service.hears(bad)

    [said] = await service.tells()

    assert isinstance(said, EventSetAside)
    assert said.reason == "Indigestible"


async def test_a_record_without_a_type_is_said_as_unknown(service: ProbeDriver) -> None:
    await service.hears_records(record(b"{}", order_id(), []))

    [said] = await service.tells()

    assert isinstance(said, EventSetAside)
    assert (said.type, said.reason) == ("unknown", "the record has no ce_type header")


async def test_a_key_that_is_no_orders_id_is_not_said(service: ProbeDriver) -> None:
    for key in ("adventure-tee", "", None, order_id().upper(), UUID(order_id()).hex):
        await service.hears_records(record(b"{}", key, []))

    assert await service.tells() == []
    assert len(await service.sets_aside()) == 5


async def test_news_of_letters_that_fail_breed_no_news(service: ProbeDriver) -> None:
    broken = as_record(wish())
    broken.value = b"not JSON"
    await service.hears_records(broken)

    assert await service.tells() == []
    assert len(await service.sets_aside()) == 1


async def test_a_wish_on_the_stream_has_the_order_replayed(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, later = order_received(), order_cancelled()
    probe.poison = {bad.event_id}
    await service.hears(bad, later)
    await service.tells()
    probe.poison.clear()

    await service.hears(wish())

    assert await service.sets_aside_ids() == [bad.event_id, later.event_id]
    assert await service.replays()
    assert heard(await service.says()) == [bad.event_id, later.event_id]
    assert [type(event) for event in await service.tells()] == [EventsReplayed]
    assert await service.sets_aside() == []


async def test_a_wish_to_another_service_replays_nothing(
    service: ProbeDriver, probe: Probe
) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}
    await service.hears(bad)

    await service.hears(wish(service="fulfillment"), wish("1002"))

    assert not await service.replays()
    assert await service.sets_aside_ids() == [bad.event_id]


async def test_a_replay_that_fails_is_said_anew(service: ProbeDriver, probe: Probe) -> None:
    bad, worse = order_received(), order_cancelled()
    probe.poison = {bad.event_id, worse.event_id}
    await service.hears(bad, worse)
    await service.tells()
    probe.poison = {worse.event_id}

    await service.hears(wish())
    await service.replays()

    [said] = await service.tells()
    assert isinstance(said, EventSetAside)
    assert said.type == "OrderCancelled"


async def test_letters_that_are_given_up_are_said_to_be_gone(
    service: ProbeDriver, probe: Probe
) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}
    await service.hears(bad)
    await service.tells()

    async with service.service.database.transaction() as transaction:
        given_up = await dead_letters.give_up(transaction, order_id())

    assert given_up == 1
    assert [type(event) for event in await service.tells()] == [EventsReplayed]
