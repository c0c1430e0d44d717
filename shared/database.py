"""The service's own Postgres: transactions, and signals that fire when one commits."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, cast

import asyncpg

from shared.database_errors import PASSING
from shared.handing import Handing
from shared.lending import Borrowed, Lending, Once
from shared.pooling import NOTICE_DEATH, Connection, keep_as_it_is, manner, prepare
from shared.signals import Signals

PLANS_ONCE = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
GIVE_UP_SECONDS = 1.0  # for a cancelled statement to be undone; asyncpg would wait for ever


class Transaction:
    """One open transaction; statements go through it, and it remembers what to do afterwards."""

    def __init__(
        self, connection: Connection, database: "Database", limit: float | None = None
    ) -> None:
        self.service = database.service
        self.database = database
        self.signals: set[str] = set()
        self.later: set[str] = set()
        self.afterwards: list[Callable[[], None]] = []
        self._connection = connection
        self._limit = limit

    def wake(self, signal: str) -> None:
        """Wake whoever waits for the signal, once this transaction has committed."""
        self.signals.add(signal)

    def wake_later(self, signal: str) -> None:
        """Wake whoever waits for the signal a while after the commit, unless it fires before."""
        self.later.add(signal)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do this once the transaction has committed, and never if it does not."""
        self.afterwards.append(act)

    def end(self) -> None:
        """Do what was to be done after the commit, and wake who waits for it."""
        for act in self.afterwards:
            act()
        for signal in self.signals:
            self.database.fire(signal)
        for signal in self.later - self.signals:
            self.database.fire_later(signal)

    async def execute(self, statement: str, *values: Any) -> int:
        """Run a statement and give the number of rows that it touched."""
        status: str = await self._connection.execute(statement, *values, timeout=self._limit)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values, in one round trip."""
        await self._connection.executemany(statement, rows, timeout=self._limit)

    async def fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """Give every row."""
        return await self._connection.fetch(statement, *values, timeout=self._limit)

    async def fetchrow(self, statement: str, *values: Any) -> asyncpg.Record | None:
        """Give the first row, or None."""
        return await self._connection.fetchrow(statement, *values, timeout=self._limit)

    async def fetchval(self, statement: str, *values: Any) -> Any:
        """Give the first value of the first row, or None."""
        return await self._connection.fetchval(statement, *values, timeout=self._limit)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what happens inside, and only that, when it raises."""
        before = len(self.afterwards)
        try:
            async with undone(self._connection):
                yield
        except BaseException:
            del self.afterwards[before:]
            raise


class Statement:
    """A transaction for a single statement; it commits with that."""

    __slots__ = ("_borrowed", "_database", "_transaction")

    def __init__(self, database: "Database", borrowed: Borrowed) -> None:
        self._database = database
        self._borrowed = borrowed

    async def __aenter__(self) -> Transaction:
        """Borrow a connection for it."""
        once = cast("Connection", Once(await self._borrowed.__aenter__()))
        self._transaction = Transaction(once, self._database)
        return self._transaction

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Give the connection back, and do what was to be done after the commit."""
        await self._borrowed.__aexit__(kind, error, at)
        if error is None:
            self._transaction.end()


class Database(Signals):
    """A pool of connections under the service's own role."""

    def __init__(
        self, url: str, service: str, *, connections_max: int = 8, plans_once: bool = False
    ) -> None:
        """Take `plans_once` to have each statement planned once on a connection, for any values.

        Postgres would plan a statement over arrays anew each time, because it takes an array that
        it does not know to be longer than it is. It may do so while tables are still small: what
        the plan reads of them it reads by an index, until they are analyzed and it is made anew.
        """
        super().__init__()
        self.url = url
        self.service = service
        self.handing = Handing()
        self.silent_seconds_max = 15.0
        """How long a process may stand still, or be gone, and hold what a transaction locked."""
        self._connections_max = connections_max
        self._settings = PLANS_ONCE if plans_once else {}
        self._lending: Lending | None = None

    @property
    def lacks(self) -> str:
        """Give what a statement lacked within the last minute, see `Lending.lacks`."""
        return self._lending.lacks if self._lending else ""

    async def open(self) -> None:
        """Open the pool; raises when the database does not answer."""
        limit = {"idle_in_transaction_session_timeout": f"{self.silent_seconds_max:.3f}s"}
        self._lending = Lending(
            await asyncpg.create_pool(
                self.url,
                min_size=1,
                max_size=self._connections_max,
                init=prepare,
                reset=keep_as_it_is,
                server_settings=NOTICE_DEATH | self._settings | limit,
                **manner(),
            )
        )

    async def close(self) -> None:
        """Close the pool once every connection has been given back, or at once when cancelled."""
        if self._lending is not None:
            try:
                await self._lending.close()
            finally:
                self._lending = None

    def _borrow(self) -> Borrowed:
        if self._lending is None:
            raise asyncpg.InterfaceError("the database is not open")
        return Borrowed(self._lending)

    @asynccontextmanager
    async def transaction(self, seconds_max: float | None = None) -> AsyncIterator[Transaction]:
        """Open a transaction, commit it at the end, and then wake those who wait for it.

        A statement may take as long as any other, or `seconds_max`.
        """
        async with self._borrow() as connection, undone(connection):
            transaction = Transaction(connection, self, seconds_max)
            yield transaction
        transaction.end()

    def statement(self) -> Statement:
        """Open a transaction for a single statement: a third of the messages of any other.

        A second statement is refused, because it would not be undone with the first.
        """
        return Statement(self, self._borrow())

    async def connect(self, **settings: str) -> "asyncpg.Connection[asyncpg.Record]":
        """Open a connection of its own, for who must hold a lock that outlives a transaction."""
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
            self.url, server_settings=NOTICE_DEATH | settings, **manner()
        )
        await prepare(connection)
        return connection


@asynccontextmanager
async def undone(connection: Connection) -> AsyncIterator[None]:
    """Undo what happens inside when it raises."""
    block = connection.transaction()
    await block.start()
    try:
        yield
    except asyncio.CancelledError:
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                await block.rollback()
        except PASSING:
            connection.terminate()
        raise
    except TimeoutError:  # asyncpg would wait for the end of the statement that has no answer
        connection.terminate()
        raise
    except BaseException:
        await block.rollback()
        raise
    else:
        await block.commit()
