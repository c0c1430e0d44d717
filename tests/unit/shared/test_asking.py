"""What is asked on a connection that was just lost: uvloop knows it, and aiokafka does not yet."""

import asyncio
import socket
from struct import pack
from typing import Any

import uvloop
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError

from shared.fetch_request import FetchRequest
from shared.raw_request import ask

AT_ONCE = pack("ii", 1, 0)


class OneConnection:
    """A client with one connection, to a server that hangs up at the first word."""

    def __init__(self, port: int) -> None:
        self.connection: Any = AIOKafkaConnection("127.0.0.1", port, client_id="probe")
        self.connection._do_version_lookup = self._know_versions

    async def _know_versions(self) -> None:
        self.connection._versions = {FetchRequest.API_KEY: (0, 17)}

    async def send(self, _node: int, request: FetchRequest) -> Any:
        return await self.connection.send(request)


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()


async def ask_until_lost() -> set[type[BaseException]]:
    """Ask at every turn of the loop until aiokafka knows; give what came of it."""
    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    client = OneConnection(server.sockets[0].getsockname()[1])
    await client.connection.connect()
    asked = []
    while client.connection.connected():
        asked.append(asyncio.create_task(ask(client, 1, FetchRequest({"orders": [(0, 0)]}))))
        await asyncio.sleep(0)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    server.close()
    return {type(answer) for answer in answers}


async def test_a_connection_that_was_just_lost_is_told_of() -> None:
    assert await asyncio.to_thread(uvloop.run, ask_until_lost()) == {KafkaConnectionError}
