"""Uvicorn's HTTP protocol, with the bounds and the order that it leaves to a proxy in front.

A request must come in time, and its head must be short. Of several requests on one connection
each is told when the client is gone, and what cannot be read is refused after they are answered.
"""

from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from shared.front import COMING_SECONDS_MAX, TOO_SLOW, Answer, answer_of
from shared.http import Problem

HEAD_BYTES_MAX = 64 * 1024
"""How much is read on end that is no body, but for what came with it in one packet."""

HeaderLines = tuple[tuple[bytes, bytes], ...]


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current: Any = None
        """The request that is being answered; `cycle` is the newest, which may wait behind it."""
        self._coming_since: float | None = self.loop.time()
        self._unread_bytes = 0
        self._watch = self.loop.call_later(COMING_SECONDS_MAX, self._look)

    def data_received(self, data: bytes) -> None:
        """Read what came, and refuse a head that does not end."""
        self._unread_bytes += len(data)
        super().data_received(data)
        if self._unread_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            more = f"at most {HEAD_BYTES_MAX} bytes of them are read"
            self._refuse(Problem(431, "Headers too large", more))

    def on_message_begin(self) -> None:
        """Note when a request began to come."""
        self._coming_since = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin a request; one that came right behind another must not be timed as idleness."""
        self._unread_bytes = 0
        self._unset_keepalive_if_required()
        self.begin_request()

    def begin_request(self) -> None:
        """Hand the request to the application, which says how long its body may be coming."""
        self._coming_since = None
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._unread_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request has come."""
        self._unread_bytes = 0
        self._coming_since = None
        super().on_message_complete()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self.current = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is being answered, and forget those behind it."""
        self._watch.cancel()
        self.pipeline.clear()
        super().connection_lost(exc)
        if self.current is not None and not self.current.response_complete:
            self.current.disconnected = True
            self.current.message_event.set()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(Problem(400, "Bad request", msg))

    def write_answer(self, answer: Answer, *, keep_alive: bool) -> None:
        """Write a whole answer, with the headers that the server gives to every one."""
        of_server = tuple(self.server_state.default_headers)
        head = head_of(answer.status, of_server, len(answer.body), answer.headers)
        end = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
        self.transport.write(head + end + answer.body)

    def _look(self) -> None:
        """Refuse a request that has been coming for too long; look again later otherwise."""
        since = self._coming_since
        if self.transport.is_closing():
            return
        if since is None or self.loop.time() - since < COMING_SECONDS_MAX:
            self._watch = self.loop.call_later(COMING_SECONDS_MAX, self._look)
        elif self.headers is None:
            # Nothing has come yet: a browser would show an answer to what it did not ask.
            self.transport.close()
        else:
            self._refuse(TOO_SLOW)

    def _refuse(self, problem: Problem) -> None:
        """Answer with the problem and close; requests that came whole are answered instead."""
        newest = self.cycle
        if newest is not None and not newest.response_complete and not newest.more_body:
            newest.keep_alive = False
            self.flow.pause_reading()
            return
        if newest is self.current or newest.response_complete:
            self.write_answer(answer_of(problem), keep_alive=False)
        self.transport.close()


@lru_cache(maxsize=16)
def head_of(status: int, of_server: HeaderLines, body_bytes: int, own: HeaderLines) -> bytes:
    """Write the head of an answer but for its end; most are the same for a whole second."""
    lines = (*of_server, (b"content-length", b"%d" % body_bytes), *own)
    return STATUS_LINE[status] + b"".join([b"%b: %b\r\n" % line for line in lines])
