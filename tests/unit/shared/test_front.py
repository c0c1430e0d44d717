"""A hot path over a real connection: the short way and the ordinary one answer alike."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.gateway import Gateway
from deploy.serving import listen
from shared.front import Front
from shared.front_protocol import Exchange, FrontProtocol
from shared.patience import until
from shared.server import serving
from tests.support.front import HOST, PATH, Echo, Line, behind, calling, chunked, post


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def front(echo: Echo) -> Front:
    front = Front(behind)
    front.add(PATH, echo)
    return front


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note of each request whether it took the short way."""
    taken: list[bool] = []
    original = FrontProtocol.on_headers_complete

    def watched(self: FrontProtocol) -> None:
        original(self)
        taken.append(isinstance(self.cycle, Exchange))

    monkeypatch.setattr(FrontProtocol, "on_headers_complete", watched)
    return taken


@pytest.fixture
async def line(front: Front, ways: list[bool]) -> AsyncIterator[Line]:
    # The parser keeps the protocol's methods: whoever watches them must be there first.
    assert ways == []
    async with calling(front) as line:
        yield line


async def test_one_connection_carries_many_requests_the_short_way(
    line: Line, ways: list[bool]
) -> None:
    for number in range(3):
        line.send(post(b"%d" % number))
        status, head, body = await line.answer()

        assert (status, body) == (200, b"%d" % number)
        assert b"date: " in head
    assert ways == [True] * 3


async def test_a_body_that_comes_in_pieces_is_put_together(line: Line) -> None:
    request = post(b"in pieces")
    for place in range(0, len(request), 11):
        line.send(request[place : place + 11])
        await line.writer.drain()
        await asyncio.sleep(0)

    assert (await line.answer())[2] == b"in pieces"


async def test_pipelined_requests_are_answered_in_their_order(line: Line, echo: Echo) -> None:
    echo.holds = True
    line.send(post(b"first") + post(b"second") + b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    await echo.arrived.wait()
    echo.holds = False
    echo.let_go()

    answers = [await line.answer() for _ in range(3)]

    assert [body for _, _, body in answers] == [b"first", b"second", b"behind"]


@pytest.mark.parametrize(
    ("request_bytes", "status", "expected"),
    [
        (chunked(b"in ch", b"unks"), 200, b"in chunks"),
        (post(b"x" * 70_000), 200, b"x" * 70_000),
        (post(b"x", path="/hot?query"), 200, b"x"),
        (post(b"x", path="/other"), 200, b"behind"),
        (b"GET /hot HTTP/1.1\r\n" + HOST + b"\r\n", 405, b"Method not allowed"),
        (post(b"x" * 100_001), 413, b"Body too large"),
        (chunked(b"break"), 500, b"Internal error"),
    ],
    ids=["chunked", "long", "with a query", "another path", "not POST", "too large", "breaks"],
)
async def test_what_does_not_come_as_most_do_goes_the_ordinary_way(
    line: Line, ways: list[bool], request_bytes: bytes, status: int, expected: bytes
) -> None:
    line.send(request_bytes)

    answered, _, body = await line.answer()

    assert answered == status
    assert expected in body
    assert ways == [False]


@pytest.mark.parametrize("noughts", [3, 5_000])
async def test_a_length_may_begin_with_any_number_of_noughts(line: Line, noughts: int) -> None:
    line.send(post(b"x").replace(b"Length: 1", b"Length: %b1" % (b"0" * noughts)))

    assert (await line.answer())[2] == b"x"


async def test_bodies_that_are_coming_are_held_up_to_a_limit(
    line: Line, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.front.HELD_BYTES_MAX", 100_000)
    whole = post(b"x" * 70_000)
    line.send(whole[:-1])

    async def is_held() -> bool:
        return front._applications[PATH]._held_bytes > 60_000

    await until(is_held)
    async with calling(front) as other:
        other.send(whole)
        status, head, _ = await other.answer()
        line.send(whole[-1:])

        assert (status, b"retry-after: 1" in head) == (503, True)
        assert await line.status() == 200
        other.send(whole)
        assert await other.status() == 200


async def test_who_asks_before_sending_a_body_is_told_to_go_on(line: Line) -> None:
    head, _, body = post(b"asked", b"Expect: 100-continue").partition(b"\r\n\r\n")
    line.send(head + b"\r\n\r\n")
    assert await line.status() == 100

    line.send(body)

    assert (await line.answer())[2] == b"asked"


async def test_who_wants_the_connection_closed_sees_it_closed(line: Line) -> None:
    line.send(post(b"last", b"Connection: close"))

    assert await line.status() == 200
    assert await line.reader.read() == b""


async def test_a_failure_is_answered_without_its_reason(line: Line) -> None:
    line.send(post(b"break"))

    status, _, body = await line.answer()

    assert status == 500
    assert b"secret" not in body


async def test_who_hangs_up_before_the_answer_disturbs_nobody(front: Front, echo: Echo) -> None:
    echo.holds = True
    async with calling(front) as line:
        line.send(post(b"gone"))
        await echo.arrived.wait()
        line.writer.close()
        await line.writer.wait_closed()
    echo.let_go()


async def test_the_end_of_the_server_waits_for_an_open_answer(front: Front, echo: Echo) -> None:
    echo.holds = True
    listener = listen(0)
    server = serving(front, listener)
    await server.__aenter__()
    reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
    line = Line(reader, writer)
    line.send(post(b"at the end"))
    await echo.arrived.wait()

    async def is_closed() -> bool:
        return listener.fileno() == -1

    ending = asyncio.create_task(server.__aexit__(None, None, None))
    await until(is_closed)
    echo.let_go()

    _, head, body = await line.answer()
    assert (body, b"connection: close" in head) == (b"at the end", True)
    assert await reader.read() == b""
    await ending
    writer.close()


async def test_the_one_door_keeps_the_short_way(echo: Echo, ways: list[bool]) -> None:
    ingest = Front(behind)
    ingest.add("/webhooks/shopify", echo)
    async with calling(Gateway({"ingest": ingest, "approval": Front(behind)})) as line:
        for path in ("/webhooks/shopify", "/ingest/webhooks/shopify"):
            line.send(post(b"x", path=path))
            assert (await line.answer())[2] == b"x"
    assert ways == [True, True]
