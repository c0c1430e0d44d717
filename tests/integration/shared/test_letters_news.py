"""What the others hear of an order's dead letters, and how they have them replayed."""

from uuid import UUID

from shared import dead_letters
from shared.events import (
    EventSetAside,
    EventsReplayed,
    FailureEnded,
    FailureFound,
    ProductPublished,
    ReplayRequested,
)
from shared.letter_news import KIND
from tests.support.events import order_cancelled, order_id, order_received, product_published
from tests.support.failures import drop, retry
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


async def test_what_is_no_orders_is_said_to_be_a_failure(service: ProbeDriver) -> None:
    keys = ["adventure-tee", "", order_id().upper(), UUID(order_id()).hex]
    for key in keys:
        await service.hears_records(record(b"{}", key, []))

    told = await service.tells()

    assert [type(each) for each in told] == [FailureFound] * 4
    assert [each.name for each in told if isinstance(each, FailureFound)] == keys
    assert {each.kind for each in told if isinstance(each, FailureFound)} == {KIND}


async def test_a_product_whose_id_looks_like_an_orders_is_none(service: ProbeDriver) -> None:
    bad = as_record(product_published(order_id()))
    bad.value = b"not JSON"
    service.service.hears(ProductPublished, service.service.handlers["OrderReceived"])
    await service.hears_records(bad)

    [said] = await service.tells()
    await service.hears(drop(order_id(), service=NAME, kind=KIND))
    [ended] = await service.tells()

    assert isinstance(said, FailureFound)
    assert (said.name, said.subject) == (order_id(), "ProductPublished")
    assert isinstance(ended, FailureEnded)
    assert await service.sets_aside() == []


async def test_a_failure_is_replayed_as_a_person_asked(service: ProbeDriver, probe: Probe) -> None:
    service.service.hears(ProductPublished, probe.echo)
    bad, later = product_published(), product_published(title="Mended")
    probe.poison = {bad.event_id}
    await service.hears(bad, later)
    [said] = await service.tells()
    assert isinstance(said, FailureFound)
    assert said.reason == "Indigestible"
    probe.poison.clear()

    await service.hears(retry(said.name, service=NAME, kind=KIND))

    assert await service.replays()
    assert heard(await service.says()) == [bad.event_id, later.event_id]
    assert [type(event) for event in await service.tells()] == [FailureEnded]


async def test_a_wish_about_what_is_no_failure_is_answered(service: ProbeDriver) -> None:
    for wish_ in (retry("tee", service=NAME, kind=KIND), drop("tee", service=NAME, kind=KIND)):
        await service.hears(wish_, retry("tee", service="printfile", kind=KIND))

    assert [type(event) for event in await service.tells()] == [FailureEnded] * 2


async def test_a_wish_of_an_unknown_kind_is_not_taken_as_done(service: ProbeDriver) -> None:
    await service.hears(retry("17", service=NAME, kind="letter-bomb"))

    assert len(await service.sets_aside()) == 1
    assert await service.tells() == []


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


async def test_an_orders_letters_are_given_up_as_a_person_asks(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, later = order_received(), order_cancelled()
    probe.poison = {bad.event_id}
    await service.hears(bad, later)
    await service.tells()

    await service.hears(drop(order_id(), service=NAME, kind=KIND))

    [said] = await service.tells()
    assert isinstance(said, EventsReplayed)
    assert said.key == order_id()
    assert await service.sets_aside() == []
