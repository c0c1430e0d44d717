"""A load of HTTP requests from a process of its own: prepared bytes, kept connections."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httptools
import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """What to send: a file of requests, over so many connections, at a rate or flat out."""

    port: int
    file: str
    connections: int = 64
    per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of it."""

    requests: int
    refused: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_seconds: float
    """What the sending itself took, of which the machine has that much less to answer with."""
    sent: list[float] = field(repr=False)
    """When each request was due, in their order, on the clock that all processes share."""


class Connection(asyncio.Protocol):
    """Sends one request after another, each when the last is answered and its moment has come.

    Latency counts from that moment, so that a slow answer is not hidden by sending less.
    """

    def __init__(self, requests: Sequence[bytes], first: float, every: float) -> None:
        self.latencies: list[float] = []
        self.sent: list[float] = []
        self.refused = 0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = iter(requests)
        self._due = first
        self._every = every
        self._started = 0.0
        self._transport: Any = None
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Note how long the answer took, and go on."""
        self.latencies.append(time.perf_counter() - self._started)
        self.refused += self._parser.get_status_code() >= 300  # noqa: PLR2004 - not a success
        self._parser = httptools.HttpResponseParser(self)
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        """Fail loudly when the server hangs up in the middle."""
        if not self.finished.done():
            self.finished.set_exception(error or ConnectionError("the server hung up"))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.finished.set_result(None)
            return
        now = time.perf_counter()
        due, self._due = self._due, self._due + self._every
        self._started = max(due, now) if not self._every else due
        self.sent.append(self._started)
        if due > now:
            asyncio.get_running_loop().call_later(due - now, self._transport.write, request)
        else:
            self._transport.write(request)


async def run(load: Load, requests: Sequence[bytes]) -> Loaded:
    """Send everything, and measure."""
    every = load.connections / load.per_second if load.per_second else 0.0
    started, used = time.perf_counter(), time.process_time()
    connections = await asyncio.gather(
        *[
            connect(load, requests[number :: load.connections], started, number, every)
            for number in range(load.connections)
        ]
    )
    await asyncio.gather(*[connection.finished for connection in connections])
    seconds, used = time.perf_counter() - started, time.process_time() - used
    latencies = sorted(time for each in connections for time in each.latencies)
    sent = [0.0] * len(requests)
    for number, connection in enumerate(connections):
        sent[number :: load.connections] = connection.sent
    return Loaded(
        requests=len(latencies),
        refused=sum(connection.refused for connection in connections),
        seconds=seconds,
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[int(len(latencies) * 0.99)] * 1000,
        cpu_seconds=used,
        sent=sent,
    )


async def connect(
    load: Load, requests: Sequence[bytes], started: float, number: int, every: float
) -> Connection:
    """Open one connection; its first request is due after those of the connections before it."""
    first = started + every * number / load.connections
    _, connection = await asyncio.get_running_loop().create_connection(
        lambda: Connection(requests, first, every), "127.0.0.1", load.port
    )
    return connection


def join(requests: Sequence[bytes]) -> bytes:
    """Write requests into one file."""
    return b"".join(len(request).to_bytes(4) + request for request in requests)


def split(data: bytes) -> list[bytes]:
    """Read requests out of one file."""
    requests, place = [], 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4])
        requests.append(data[place + 4 : place + 4 + size])
        place += 4 + size
    return requests


def outcome_of(load: Load) -> Path:
    """Name the file for what came of a load."""
    return Path(f"{load.file}.loaded")


def main() -> None:
    """Read what to send from the first argument; write what came of it beside the requests."""
    load = Load(**json.loads(sys.argv[1]))
    loaded = uvloop.run(run(load, split(Path(load.file).read_bytes())))
    outcome_of(load).write_text(json.dumps(asdict(loaded)))


if __name__ == "__main__":
    main()
