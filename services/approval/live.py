"""Live dashboards: what has changed is read and drawn once, and sent to everybody who looks."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.approval import store
from services.approval.domain import Review, Status
from services.approval.domain.query import Query
from services.approval.store import changes
from shared.database import Database

ROWS_MAX = 100
"""More changes at once than this are not drawn row by row; the dashboards ask for the page."""
WAITING_MAX = 100
PING_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class News:
    """What has changed up to a moment; `reviews` is None when it was too much to say."""

    place: str
    reviews: Sequence[Review] | None
    counts: Mapping[Status, int]


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


class Feed:
    """Looks for changes whenever one is committed here, and now and then for those of others."""

    def __init__(self, database: Database, draw: Draw) -> None:
        self._database = database
        self._draw = draw
        self._dashboards: set[Dashboard] = set()
        self._place: str | None = None

    async def look(self) -> bool:
        """Tell the dashboards what is new; always False, for there is never more at once."""
        if not self._dashboards or self._place is None:
            self._place = None
            return False
        news = await self._read(self._place)
        self._place = news.place
        if news.reviews is None or news.reviews:
            self._send(news)
        return False

    async def _read(self, since: str | None) -> News:
        async with self._database.transaction() as transaction:
            place = await changes.find_place(transaction)
            if since is None:
                return News(place, (), {})
            ids = await changes.find_changed(transaction, since, ROWS_MAX + 1)
            reviews = await store.find_reviews(transaction, ids[:ROWS_MAX])
            counts = await store.count_by_status(transaction) if ids else {}
        ordered = [reviews[order_id] for order_id in ids if order_id in reviews]
        return News(place, None if len(ids) > ROWS_MAX else ordered, counts)

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
        self, query: Query, since: str | None, *, takes_new: bool
    ) -> AsyncGenerator[str, None]:
        """Give what changed since, and then what changes, until the dashboard is closed."""
        dashboard = Dashboard(query, takes_new)
        self._dashboards.add(dashboard)
        try:
            missed = await self._read(since)
            if self._place is None:
                self._place = missed.place
            if missed.reviews is None or missed.reviews:
                yield self._draw(missed, query, takes_new=takes_new)
            else:
                yield f"id: {missed.place}\n\n"
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
