"""The frame of a service: what it hears, answers and works at, started and stopped in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog

from shared import dead_letters, held_news
from shared.broker import Subscription
from shared.consumer import Consumer
from shared.database import Database
from shared.database_errors import PASSING
from shared.effect import Handler
from shared.ending import CLOSE_SECONDS, Ending
from shared.events import Event, FailureRetryRequested, ReplayRequested
from shared.front import Front, HotPath
from shared.health import State, add_health, check_database
from shared.http import new_http
from shared.lanes import Lanes, Steps
from shared.letter_news import FAILURES, KIND, NEWS
from shared.listening import listening, stream_state
from shared.memory import keep_what_is_here, set_up_memory
from shared.mending import Mending, Mendings
from shared.metrics import Metrics
from shared.patience import insist
from shared.relay import Relay
from shared.server import bind, serving
from shared.settings import ServiceSettings
from shared.unexpected import Claimed
from shared.upkeep import upkeep
from shared.worker import Worker

log = structlog.get_logger()

T = TypeVar("T", bound=Claimed)


class Service:
    """One service. Building it opens nothing; `running` opens everything."""

    def __init__(self, name: str, settings: ServiceSettings, *, plans_once: bool = False) -> None:
        self.name = name
        self.waits_for_stream = True
        """False for who starts, and is ready, while there is no stream to hear."""
        self.settings = settings
        self.metrics = Metrics()
        self.database = Database(
            str(settings.database_url),
            name,
            connections_max=settings.database_connections_max,
            plans_once=plans_once,
        )
        self.handlers: dict[str, Handler] = {}
        self.mixed: set[Handler] = set()
        self.leisure: dict[str, float] = {}
        self.topics: set[str] = set()
        self.workers: dict[str, Worker] = {}
        self.lanes: dict[str, Lanes[Any]] = {}
        self.due: dict[str, str] = {}
        self.said: set[type[Event]] = set()
        self.consumer = Consumer(
            self.database, self.handlers, self.metrics, self.mixed, self.leisure
        )
        known = {held_news.KIND: held_news.MENDING}
        self.mendings = Mendings(known | self.consumer.unread.mendings)
        self.http = new_http(f"Platen {name}")
        self.http.state.database = self.database
        self.asgi = Front(self.http)
        self._opened: list[Callable[[], Awaitable[None]]] = []
        self._closed: list[Callable[[], Awaitable[None]]] = []
        self._parts: dict[str, State] = {}
        self._spared: set[str] = set()
        self.subscription: Subscription | None = None
        self.relay = Relay(self.database, settings.kafka_servers, self.metrics)
        self.says(*FAILURES)
        add_health(self.http, self._check, self.metrics, self._spared)

    def hears(self, event: type[Event], handler: Handler, *, leisure: float = 0.0) -> None:
        """Apply the handler to every event of this type, once each.

        So many seconds of leisure are how long the event may wait to be applied with others.
        """
        self.handlers[event.__name__] = handler
        self.leisure[event.__name__] = leisure
        self.topics.add(event.topic)
        if event.topic == ReplayRequested.topic:
            self.handlers.setdefault(ReplayRequested.__name__, dead_letters.replay_as_asked)
            self.says(*NEWS)
        self.mends(KIND, Mending(dead_letters.replay_by_name, dead_letters.give_up_by_name))

    def mends(self, kind: str, mending: Mending) -> None:
        """Do this about failures of a kind when a person asks for it; the service says of them."""
        self.handlers |= self.mendings.add(kind, mending)
        self.topics.add(FailureRetryRequested.topic)
        self.relay.can_be_asked = True

    def hears_all(
        self,
        events: Iterable[type[Event]],
        handler: Handler,
        leisure: Mapping[type[Event], float] | None = None,
    ) -> None:
        """Apply the handler to events of all these types together, in the order of each key.

        A batch may then hold several events of one key, which one look at the database can serve.
        """
        self.mixed.add(handler)
        for event in events:
            self.hears(event, handler, leisure=(leisure or {}).get(event, 0.0))

    def says(self, *events: type[Event]) -> None:
        """Declare what this service may say, for the description of the stream."""
        self.said.update(events)

    def works(
        self,
        name: str,
        do_next: Callable[[], Awaitable[int]],
        *,
        signal: str,
        due: str | None = None,
        poll_seconds: float | None = None,
    ) -> None:
        """Do this whenever the signal fires, or `due`, an SQL expression, is true.

        What no expression can tell is looked for every `poll_seconds`.
        """
        self.workers[name] = Worker(name, do_next, signal=signal, poll_seconds=poll_seconds)
        if due is not None:
            self.due[signal] = due

    def works_at(
        self,
        name: str,
        steps: Steps[T],
        *,
        signal: str,
        due: str,
        lanes: int,
    ) -> Lanes[T]:
        """Take things many at a time whenever the signal fires, and do them in so many lanes.

        `due` is the SQL expression that tells whether there is anything to take.
        """
        begun = Lanes(
            name,
            steps,
            lanes=lanes,
            metrics=self.metrics,
            service=self.name,
        )
        self.lanes[name] = begun
        self.workers[name] = Worker(name, begun.do_next, signal=signal, begun=begun)
        self.due[signal] = due
        return begun

    def checks(self, part: str, state: State, *, is_vital: bool = True) -> None:
        """Ask as well how this part is, "ok" if well; one that is not vital only degrades us."""
        self._parts[part] = state
        self._spared |= set() if is_vital else {part}

    def fronts(self, path: str, hot: HotPath) -> None:
        """Answer this path ahead of the framework, where every microsecond counts."""
        self.asgi.add(path, hot)

    def opens(
        self,
        open_: Callable[[], Awaitable[None]] | None = None,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Open and close something else with the service: an HTTP client, a process pool."""
        if open_ is not None:
            self._opened.append(open_)
        if close is not None:
            self._closed.append(close)

    @asynccontextmanager
    async def running(self, ending: Ending | None = None) -> AsyncIterator[None]:
        """Run everything but the HTTP server; leave in the reverse order, with work drained."""
        ending = ending or Ending()
        async with self.acting(ending), listening([self], ending):
            yield

    @asynccontextmanager
    async def acting(self, ending: Ending) -> AsyncIterator[None]:
        """Run everything but the HTTP server and the hearing of events."""
        set_up_memory()
        async with self.open(ending), self._relaying(ending), self._working(ending):
            keep_what_is_here()
            log.info("service_started", service=self.name)
            try:
                yield
            finally:
                log.info("service_stopping", service=self.name)

    @asynccontextmanager
    async def open(self, ending: Ending | None = None) -> AsyncIterator[None]:
        """Open the database and what the service brought along; tests stop here."""
        ending = ending or Ending()
        await insist(self.database.open, on=PASSING, what=f"{self.name}: open database", last=2)
        try:
            for open_ in self._opened:
                await open_()
            yield
        finally:
            for close in reversed(self._closed):
                await ending.finish(f"{self.name}: close", close(), seconds=CLOSE_SECONDS)
            await ending.finish(
                f"{self.name}: close database", self.database.close(), seconds=CLOSE_SECONDS
            )

    @asynccontextmanager
    async def _relaying(self, ending: Ending) -> AsyncIterator[None]:
        task = ending.keep(self.relay.run(), f"{self.name}: publish")
        try:
            yield
        finally:
            task.cancel()
            await ending.finish(task.get_name(), task, seconds=CLOSE_SECONDS)

    @asynccontextmanager
    async def _working(self, ending: Ending) -> AsyncIterator[None]:
        workers = list(self.workers.values())
        if self.topics or self.due:
            workers += upkeep(self.database, self.consumer, self.due)
        tasks = [
            ending.keep(worker.run(self.database, self.metrics), f"{self.name}: {worker.name}")
            for worker in workers
        ]
        try:
            yield
        finally:
            for worker in workers:
                worker.stop(self.database)
            await ending.finish(f"{self.name}: work", *tasks)

    async def _check(self) -> dict[str, str]:
        parts = {"database": await check_database(self.database), "outbox": self.relay.state}
        if self.topics and self.waits_for_stream:
            parts["stream"] = stream_state(self)
        return parts | {name: await state() for name, state in self._parts.items()}

    async def run(self, ending: Ending) -> int:
        """Run as a process of its own until it is cancelled."""
        listener = bind(self.settings.host, self.settings.port)
        async with self.running(ending), serving(self.asgi, listener):
            await asyncio.Event().wait()
        return 0
