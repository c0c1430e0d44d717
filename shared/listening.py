"""How the services of one process hear the stream together."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from shared.broker import NOT_YET, Subscription, joined
from shared.ending import Ending
from shared.listener import Listener

if TYPE_CHECKING:
    from shared.service import Service


@asynccontextmanager
async def listening(services: "Iterable[Service]", ending: Ending) -> AsyncIterator[None]:
    """Have services of one process hear their events, each of which is read once for all.

    The group is named after all of them: with another one among them it is another group, which
    begins at the start of the stream, so that the new one misses nothing.
    """
    hearing = [service for service in services if service.topics]
    group = "+".join(sorted(service.name for service in hearing))
    if not hearing:
        yield
        return
    settings = hearing[0].settings
    subscription = Subscription(
        settings.kafka_servers,
        group,
        [Listener(each.name, each.consumer, frozenset(each.topics)) for each in hearing],
        ending,
        session_seconds=settings.kafka_session_seconds,
    )
    for service in hearing:
        service.subscription = subscription
    async with joined(subscription, waits=any(each.waits_for_stream for each in hearing)):
        yield


def stream_state(service: "Service") -> str:
    """Give "ok", or in a few words why not all that the service hears arrives."""
    reads = service.subscription.state_of(service.topics) if service.subscription else NOT_YET
    return service.consumer.trouble or reads
