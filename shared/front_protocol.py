"""The short way from the socket to a hot path, through uvicorn's own protocol.

A request that comes as most do (POST, whole length told, small, nothing special asked of the
connection) goes from the parser straight to its hot path, and its answer straight to the socket:
no ASGI messages, no task and no event for each. Every other goes uvicorn's ordinary way, and what
a connection has to do besides (keep-alive, its timeout, pipelining, the end of the server) remains
uvicorn's.
"""

from typing import Any

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from shared.bounded_protocol import BoundedProtocol
from shared.front import Answer, Headers, HotPath, hand_over
from shared.http import length_of


class FrontProtocol(BoundedProtocol):
    """The protocol of every service; an application may have `hot` paths."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_plain = self.limit_concurrency is None and not self.root_path and not self.access_log
        self._hot: dict[bytes, HotPath] = getattr(self.config.app, "hot", {}) if is_plain else {}

    def begin_request(self) -> None:
        """Choose the way of the request."""
        hot = self._hot.get(self.url)
        if hot is not None and self._is_free() and self._is_as_most_are():
            headers = dict(self.headers)
            length = length_of(headers)
            if length is not None and length <= min(hot.bytes_max, HIGH_WATER_LIMIT):
                self.cycle = self.current = Exchange(self, hot, headers)  # type: ignore[assignment]
                return
        super().begin_request()

    def on_message_complete(self) -> None:
        """Hand a whole request over."""
        super().on_message_complete()
        cycle: RequestResponseCycle | Exchange = self.cycle
        if isinstance(cycle, Exchange):
            cycle.begin()

    def _is_free(self) -> bool:
        """Tell whether the answer could be written at once."""
        is_idle = self.cycle is None or self.cycle.response_complete
        return is_idle and not self.flow.write_paused

    def _is_as_most_are(self) -> bool:
        parser = self.parser
        return (
            parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
        )


class Nobody:
    """Stands where uvicorn would wake the task of a request."""

    def set(self) -> None:
        """Do nothing: a hot path is given a whole request at once."""


NOBODY = Nobody()


class Exchange:
    """One request on the short way, in the place of uvicorn's cycle on its connection.

    Uvicorn fills `body`, and sets `more_body` at its end, `disconnected` when the connection is
    lost, and `keep_alive` when the server ends.
    """

    __slots__ = (
        "_headers",
        "_hot",
        "_protocol",
        "body",
        "disconnected",
        "keep_alive",
        "more_body",
        "response_complete",
    )
    message_event = NOBODY

    def __init__(self, protocol: FrontProtocol, hot: HotPath, headers: Headers) -> None:
        self._protocol = protocol
        self._hot = hot
        self._headers = headers
        self.body = b""
        self.more_body = True
        self.disconnected = False
        self.keep_alive = True
        self.response_complete = False

    def begin(self) -> None:
        """Have the request answered."""
        hand_over(self._hot, self._headers, self.body, self.answer)

    def answer(self, answer: Answer) -> None:
        """Answer, once, if anybody still listens."""
        if self.response_complete:
            return
        self.response_complete = True
        if self.disconnected:
            return
        self._protocol.write_answer(answer, keep_alive=self.keep_alive)
        if not self.keep_alive:
            self._protocol.transport.close()
        self._protocol.on_response_complete()
