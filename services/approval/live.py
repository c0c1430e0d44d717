"""Live dashboards: what has changed is read and drawn once, and sent to everybody who looks."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from services.approval import store
from services.approval.domain import Review, Status
from services.approval.domain.query import Query
from services.approval.store import changes
from services.approval.store.alerts import Alerts, find_alerts
from shared.database import Database, Transaction

log = structlog.get_logger()

ROWS_MAX = 100
"""More changes at once than this are not drawn row by row; the dashboards ask for the page."""
WAITING_MAX = 100
PING_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class News:
    """What has changed up to a moment; `reviews` is None when it cannot be said row by row."""

    place: str
    reviews: Sequence[Review] | None
    counts: Mapping[Status, int]
    alerts: Alerts | None = None
    """What stands on top of the orders page, where that is different now."""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to say."""
        return self.reviews is not None and not self.reviews and self.alerts is None


class Draw(Protocol):
    """Writes news as a dashboard with this query takes them."""

    def __call__(self, news: News, query: Query, *, takes_new: bool) -> str:
        """Write one message; `takes_new` tells whether rows may join."""


@dataclass(eq=False)
class Dashboard:
    """One open page: what it shows, and what it has not been sent yet."""

    query: Query
    takes_new: bool
    waiting: asyncio.Queue[str | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=WAITING_MAX)
    )


async def read_rows(transaction: Transaction, ids: list[str]) -> Sequence[Review] | None:
    """Give the orders as they are now; None when one cannot be read.

    Then the dashboards ask for the page, and what changes later is told: one order holds up none.
    """
    try:
        found = await store.find_reviews(transaction, ids)
    except ValueError:
        log.exception("news_not_read")
        return None
    return [found[order_id] for order_id in ids if order_id in found]


class Feed:
    """Looks for changes whenever one is committed here, and now and then for those of others."""

    def __init__(self, database: Database, deafness: Callable[[], str], draw: Draw) -> None:
        self._database = database
        self._deafness = deafness
        self._draw = draw
        self._dashboards: set[Dashboard] = set()
        self._place: str | None = None
        self._alerts = ""

    async def look(self) -> bool:
        """Tell the dashboards what is new; always False, for there is never more at once."""
        if not self._dashboards or self._place is None:
            self._place = None
            return False
        news = await self._read(self._place, self._alerts)
        self._place = news.place
        if news.alerts is not None:
            self._alerts = news.alerts.version
        if not news.is_empty:
            self._send(news)
        return False

    async def _read(self, since: str | None, known: str) -> News:
        """Read what changed since a place, and the alerts if they are not of the known version."""
        async with self._database.transaction() as transaction:
            place = await changes.find_place(transaction)
            found = await find_alerts(transaction, self._deafness())
            alerts = found if found.version != known else None
            if since is None:
                return News(place, (), {}, alerts)
            ids = await changes.find_changed(transaction, since, ROWS_MAX + 1)
            reviews = await read_rows(transaction, ids) if len(ids) <= ROWS_MAX else None
            counts = await store.count_by_status(transaction) if ids else {}
        return News(place, reviews, counts, alerts)

    def _send(self, news: News) -> None:
        """Draw once for all who look at the same."""
        drawn: dict[tuple[Query, bool], str] = {}
        for dashboard in list(self._dashboards):
            kind = (dashboard.query, dashboard.takes_new)
            if kind not in drawn:
                drawn[kind] = self._draw(news, dashboard.query, takes_new=dashboard.takes_new)
            try:
                dashboard.waiting.put_nowait(drawn[kind])
            except asyncio.QueueFull:  # it is far behind: it comes again with its Last-Event-ID
                self._dashboards.discard(dashboard)
                dashboard.waiting.get_nowait()
                dashboard.waiting.put_nowait(None)

    async def follow(
        self, query: Query, since: str | None, alerts: str = "", *, takes_new: bool
    ) -> AsyncGenerator[str, None]:
        """Give what changed since, and then what changes, until the dashboard is closed.

        `alerts` is the version that the dashboard shows.
        """
        dashboard = Dashboard(query, takes_new)
        self._dashboards.add(dashboard)
        try:
            missed = await self._read(since, alerts)
            if self._place is None:
                self._place = missed.place
                self._alerts = missed.alerts.version if missed.alerts else alerts
            if missed.is_empty:
                yield f"id: {missed.place}\n\n"
            else:
                yield self._draw(missed, query, takes_new=takes_new)
            while True:
                try:
                    async with asyncio.timeout(PING_SECONDS):
                        message = await dashboard.waiting.get()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if message is None:
                    return
                yield message
        finally:
            self._dashboards.discard(dashboard)

    async def close(self) -> None:
        """Send everybody away, so that nothing is waited for."""
        for dashboard in list(self._dashboards):
            if dashboard.waiting.full():
                dashboard.waiting.get_nowait()
            dashboard.waiting.put_nowait(None)
