"""One connection has its bounds, and its requests their turn, without a proxy in front."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.front import Front
from shared.front_protocol import FrontProtocol
from tests.support.front import PATH, Echo, behind, calling, chunked, get, post

RUBBISH = b"RUBBISH\r\n\r\n"
FIRST = {"short": post(b"first"), "ordinary": chunked(b"first")}


def echoing(echo: Echo, app: ASGIApp = behind) -> Front:
    front = Front(app)
    front.add(PATH, echo)
    return front


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a request hardly any time to come."""
    for module in ("front", "bounded_protocol"):
        monkeypatch.setattr(f"shared.{module}.COMING_SECONDS_MAX", 0.25)


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
async def test_what_came_before_rubbish_is_answered_in_its_place(first: bytes) -> None:
    echo = Echo(holds=True)
    async with calling(echoing(echo)) as line:
        line.send(first + RUBBISH)
        await echo.arrived.wait()
        echo.let_go()

        status, head, body = await line.answer()

        assert (status, body) == (200, b"first")
        assert b"connection: close" in head
        assert await line.reader.read() == b""


async def test_rubbish_is_refused_with_a_problem() -> None:
    async with calling(echoing(Echo())) as line:
        line.send(post(b"first") + RUBBISH)

        assert await line.status() == 200
        status, head, _ = await line.answer()
        assert (status, b"application/problem+json" in head) == (400, True)
        assert await line.reader.read() == b""


async def test_a_broken_body_behind_an_open_request_ends_the_connection() -> None:
    echo = Echo(holds=True)
    async with calling(echoing(echo)) as line:
        line.send(post(b"first") + chunked(b"second").replace(b"6", b"z"))

        assert await line.reader.read() == b""


@pytest.mark.parametrize(
    "start", [b"POST /hot HTTP/1.1\r\n", chunked(b"body")[:-2]], ids=["head", "trailer"]
)
async def test_headers_without_end_are_refused(start: bytes) -> None:
    async with calling(echoing(Echo())) as line:
        line.send(start)
        for number in range(200):
            line.send(b"X-%d: %b\r\n" % (number, b"x" * 1000))

        assert await line.status() == 431


HALVES = {
    "head": post(b"x")[:20],
    "second head": post(b"x") + post(b"x")[:20],
    "body": post(b"xyz")[:-1],
    "chunked body": chunked(b"xyz")[:-3],
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
@pytest.mark.usefixtures("hasty")
async def test_a_request_that_does_not_come_is_refused(half: bytes) -> None:
    async with calling(echoing(Echo())) as line:
        line.send(half)
        if half.startswith(post(b"x")):
            assert await line.status() == 200

        assert await line.status() == 408
        assert await line.reader.read() == b""


@pytest.mark.usefixtures("hasty")
async def test_a_connection_without_a_request_is_closed_in_silence() -> None:
    async with calling(echoing(Echo())) as line:
        assert await line.reader.read() == b""


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
@pytest.mark.usefixtures("hasty")
async def test_an_answer_may_take_longer_than_its_request(first: bytes) -> None:
    echo = Echo(holds=True)
    front = echoing(echo)
    async with calling(front) as line:
        line.send(first)
        await echo.arrived.wait()
        async with calling(front) as silent, calling(front) as more_silent:
            for other in (silent, more_silent):
                assert await other.reader.read() == b""
        echo.let_go()

        assert await line.status() == 200


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep an idle connection for hardly any time."""
    original = FrontProtocol.connection_made

    def connection_made(self: FrontProtocol, transport: asyncio.Transport) -> None:
        original(self, transport)
        self.timeout_keep_alive = 0.02  # type: ignore[assignment]

    monkeypatch.setattr(FrontProtocol, "connection_made", connection_made)


@pytest.mark.usefixtures("impatient")
async def test_a_request_right_behind_an_answered_one_is_not_idleness() -> None:
    may_answer = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await may_answer.wait()
        await PlainTextResponse("slow")(scope, receive, send)

    front = echoing(Echo(), slow)
    async with calling(front) as line, calling(front) as idle:
        line.send(post(b"first") + get("/slow"))
        assert await line.status() == 200
        idle.send(post(b"first"))
        assert await idle.status() == 200
        assert await idle.reader.read() == b""
        may_answer.set()

        assert (await line.answer())[2] == b"slow"


async def test_each_request_hears_that_its_client_is_gone() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def waiting(_scope: Scope, receive: Receive, _send: Send) -> None:
        began.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        ended.set()

    async with calling(echoing(Echo(), waiting)) as line:
        line.send(get("/first") + get("/second"))
        await began.wait()
        line.writer.close()

        await asyncio.wait_for(ended.wait(), 60)
