"""A TCP proxy that can be cut, held up and slowed down while connections go through it."""

import asyncio
import contextlib
from collections.abc import Sequence
from itertools import count

from deploy.embedded.ports import HOST

CHUNK_BYTES = 64 * 1024


class Flows:
    """Whether bytes move on some connections, each way."""

    def __init__(self) -> None:
        self.questions = asyncio.Event()
        self.answers = asyncio.Event()
        self.go_on()

    def go_on(self) -> None:
        """Let everything through."""
        self.questions.set()
        self.answers.set()

    def stop(self, *, answers_only: bool = False) -> None:
        """Let nothing through, or nothing that comes back."""
        self.answers.clear()
        if not answers_only:
            self.questions.clear()


class Proxy:
    """One way between two parties; several upstreams take turns, and one that is away is skipped.

    To be cut is to lose every connection and to be given no other; to be held up is to keep them
    while not a byte moves; to be silenced is that for the connections of now, while new ones work.
    """

    def __init__(self, upstreams: Sequence[int]) -> None:
        self._upstreams = tuple(upstreams)
        self._turns = count()
        self._is_cut = False
        self._delay_seconds = 0.0
        self._flows = Flows()
        self._silenced: list[Flows] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self) -> None:
        """Listen on a port of the system's choosing."""
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        self.mend()
        self.drop()
        for flows in self._silenced:
            flows.go_on()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def cut(self) -> None:
        """Drop every connection, and any that is tried from now on."""
        self._is_cut = True
        self.drop()

    def hold(self) -> None:
        """Let nothing through, and tell nobody."""
        self._flows.stop()

    def silence(self, *, answers_only: bool = False) -> None:
        """Let nothing through any more on the connections of now, and tell nobody, for ever."""
        self._flows.stop(answers_only=answers_only)
        self._silenced.append(self._flows)
        self._flows = Flows()

    def slow(self, seconds: float) -> None:
        """Delay each piece that goes through, either way."""
        self._delay_seconds = seconds

    def mend(self) -> None:
        """Let everything through again, what was held up first."""
        self._is_cut = False
        self._delay_seconds = 0.0
        self._flows.go_on()

    def drop(self) -> None:
        """Drop every connection that is open now."""
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream = None if self._is_cut else await self._connect()
        if upstream is None or self._is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = upstream
        pair, flows = {writer, far_writer}, self._flows
        self._open |= pair
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, flows.questions),
                self._pump(far_reader, writer, flows.answers),
            )
        finally:
            self._open -= pair
            for each in pair:
                each.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Reach the next upstream that is there; None when none is."""
        turn = next(self._turns)
        for place in range(len(self._upstreams)):
            port = self._upstreams[(turn + place) % len(self._upstreams)]
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(HOST, port)
        return None

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flows: asyncio.Event
    ) -> None:
        """Pass on until one side hangs up; the end is passed on as well."""
        try:
            while piece := await reader.read(CHUNK_BYTES):
                if self._delay_seconds:
                    await asyncio.sleep(self._delay_seconds)
                await flows.wait()
                writer.write(piece)
                await writer.drain()
            await flows.wait()
            writer.write_eof()
        except OSError:
            await flows.wait()
            writer.transport.abort()
