"""What is asked on a connection that was just lost: uvloop knows it, and aiokafka does not yet."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from struct import pack
from types import SimpleNamespace
from typing import Any

import pytest
import uvloop
from aiokafka import OffsetAndMetadata, TopicPartition
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.transaction import InitProducerIdRequest

from shared.complaints import Complaints
from shared.fetch_request import FetchRequest
from shared.fetching import Fetching
from shared.producing import Producer
from shared.progress import Progress
from shared.raw_request import ask
from shared.stalls import Stalls
from shared.standing import Standing

AT_ONCE = pack("ii", 1, 0)
VERSIONS = {FetchRequest.API_KEY: (0, 17), InitProducerIdRequest.API_KEY: (0, 1)}
FETCH = FetchRequest({"orders": [(0, 0)]})
PLACE = TopicPartition("orders", 0)


class OneConnection:
    """A client with one connection, to a server that hangs up at the first word."""

    def __init__(self, port: int) -> None:
        self.connection: Any = AIOKafkaConnection("127.0.0.1", port, client_id="probe")
        self.connection._do_version_lookup = self._know_versions

    async def _know_versions(self) -> None:
        self.connection._versions = VERSIONS

    def get_random_node(self) -> int:
        return 1

    async def send(self, _node: int, request: Any) -> Any:
        return await self.connection.send(request)


class Member:
    """A consumer, and its own coordinator, that commits by this connection."""

    def __init__(self, client: OneConnection) -> None:
        self._client = client
        self._coordinator = self
        self.topics = {PLACE.topic}
        self.committed: list[dict[TopicPartition, OffsetAndMetadata]] = []

    def assignment(self) -> set[TopicPartition]:
        return {PLACE}

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return {PLACE.partition} if topic in self.topics else None

    async def ensure_coordinator_known(self) -> None:
        """It is."""

    async def _do_commit_offsets(
        self, _: object, offsets: dict[TopicPartition, OffsetAndMetadata]
    ) -> None:
        self.committed.append(offsets)
        await self._client.send(1, FETCH)


Act = Callable[[OneConnection], Awaitable[Any]]


async def fetch(client: OneConnection) -> Any:
    return await ask(client, 1, FETCH)


async def introduce(client: OneConnection) -> None:
    producer = Producer("", "probe", batch_bytes_max=1)
    producer.client = client
    await producer._introduce()


async def commit(client: OneConnection) -> None:
    await progress_of(Member(client)).commit()


async def look(client: OneConnection) -> None:
    class At(Fetching):
        def places(self) -> dict[TopicPartition, int]:
            return {PLACE: 0}

    stalls = Stalls(At(unasked, Complaints(), Standing([])))
    await stalls.try_to_look(lambda _: client.send(1, FETCH))


def progress_of(consumer: Any) -> Progress:
    """Give how far a consumer is that has read one record."""
    progress = Progress([], Fetching(unasked, Complaints(), Standing([])))
    progress.consumer = consumer
    progress.note([SimpleNamespace(topic=PLACE.topic, partition=PLACE.partition, offset=0)])
    return progress


async def test_what_was_read_of_a_topic_that_went_is_not_committed_for_the_next() -> None:
    member = Member(OneConnection(1))
    progress = progress_of(member)
    member.topics.clear()
    await progress.commit()
    member.topics.add(PLACE.topic)

    await progress.commit()

    assert member.committed == []


async def unasked(_: object) -> None:
    raise AssertionError("nothing is fetched here")


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()


async def act_until_lost(act: Act) -> set[type[Any]]:
    """Act at every turn of the loop until aiokafka knows; give what came of it."""
    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    client = OneConnection(server.sockets[0].getsockname()[1])
    await client.connection.connect()
    acts = []
    while client.connection.connected():
        acts.append(asyncio.ensure_future(act(client)))
        await asyncio.sleep(0)
    ends = await asyncio.gather(*acts, return_exceptions=True)
    server.close()
    return {type(end) for end in ends}


@pytest.mark.parametrize(
    ("act", "ends"),
    [
        (fetch, KafkaConnectionError),
        (introduce, KafkaConnectionError),
        (commit, type(None)),
        (look, type(None)),
    ],
)
async def test_a_connection_that_was_just_lost_is_told_of(act: Act, ends: type[Any]) -> None:
    assert await asyncio.to_thread(uvloop.run, act_until_lost(act)) == {ends}


@pytest.mark.parametrize("fault", [RuntimeError("a fault of ours"), RecursionError()])
async def test_a_fault_of_ours_is_no_commit_that_failed(fault: RuntimeError) -> None:
    class Faulty(Member):
        async def _do_commit_offsets(self, _: object, __: object) -> None:
            raise fault

    with pytest.raises(RuntimeError) as raised:
        await progress_of(Faulty(OneConnection(1))).commit()

    assert raised.value is fault


@pytest.mark.parametrize("fault", [RuntimeError("a fault of ours"), NotImplementedError()])
async def test_a_fault_of_ours_is_no_connection_that_was_lost(fault: RuntimeError) -> None:
    class Faulty(OneConnection):
        async def send(self, _node: int, _request: Any) -> Any:
            raise fault

    with pytest.raises(RuntimeError) as raised:
        await fetch(Faulty(1))

    assert raised.value is fault
