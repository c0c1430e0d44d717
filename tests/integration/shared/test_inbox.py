"""How long a service remembers which events it has heard."""

from datetime import UTC, datetime, timedelta

from shared import inbox
from shared.events.event import new_event_id
from tests.support.probe import ProbeDriver

IDS = [new_event_id() for _ in range(3)]


async def forget(service: ProbeDriver, after: timedelta) -> int:
    async with service.service.database.transaction() as transaction:
        await inbox.claim(transaction, dict.fromkeys(IDS, "order"))
        return await inbox.forget(transaction, datetime.now(UTC) + after)


async def test_what_may_be_delivered_again_is_remembered(service: ProbeDriver) -> None:
    assert await forget(service, timedelta(days=7)) == 0


async def test_what_the_stream_has_dropped_is_forgotten(service: ProbeDriver) -> None:
    assert await forget(service, timedelta(days=9)) == len(IDS)


async def test_an_old_event_heard_lately_is_remembered(service: ProbeDriver) -> None:
    old = str(inbox.first_id_of(datetime(2020, 1, 1, tzinfo=UTC)))
    async with service.service.database.transaction() as transaction:
        await inbox.claim(transaction, {old: "order"})
        assert await inbox.forget(transaction, datetime.now(UTC)) == 0
