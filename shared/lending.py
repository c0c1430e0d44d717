"""Connections of a pool, lent for a statement or a transaction; those used last stay at hand."""

import asyncio
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Any, TypeAlias

import asyncpg

from shared.database_errors import LACKING
from shared.pooling import Connection

Lent: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

AT_HAND_MAX = 2
"""A service hardly ever needs more at once; those that a burst opened expire in the pool."""
BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
LACKING_SECONDS = 60.0
"""How long it is told that a statement lacked something; while it matters, others do as well."""
UNDO_SECONDS = 1.0
"""How long a cancelled statement has to be undone; asyncpg would wait for ever."""


class Lending:
    """Lends the connections of a pool.

    To take one from asyncpg's pool and to put it back takes a task and timers for each statement.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._at_hand: list[Lent] = []
        self._lacked, self._lacked_at = "", -LACKING_SECONDS
        self._waiting = 0
        self._is_closing = False

    @property
    def lacks(self) -> str:
        """Give what a statement lacked within the last minute, in Postgres' words; "" for nothing.

        It names a table, a column, a schema or a right, and no value.
        """
        return self._lacked if monotonic() < self._lacked_at + LACKING_SECONDS else ""

    async def borrow(self) -> Lent:
        """Take a connection; waits for one while all are lent."""
        while self._at_hand:
            connection = self._at_hand.pop()
            if is_open(connection):
                return connection
            await self._pool.release(connection)
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    async def give_back(self, connection: Lent) -> None:
        """Keep it at hand, or let the pool give it to who waits for one."""
        if self._waiting or self._is_closing or len(self._at_hand) >= AT_HAND_MAX:
            await self._pool.release(connection)
        else:
            self._at_hand.append(connection)

    async def take_back(self, connection: Lent, error: BaseException) -> None:
        """Let the pool look after a connection on which something failed.

        One that a cancelled borrower cannot give back soon is thrown away, and one that gave no
        answer in time, or leads to a server that may not be written to any more.
        """
        if isinstance(error, LACKING):
            self._lacked, self._lacked_at = str(error), monotonic()
        if isinstance(error, asyncio.CancelledError):
            with suppress(*BROKEN):
                await self._pool.release(connection, timeout=UNDO_SECONDS)
        elif isinstance(error, TimeoutError | asyncpg.ReadOnlySQLTransactionError):
            await self._distrust_all(connection)
        else:
            await self._pool.release(connection)

    async def _distrust_all(self, useless: Lent) -> None:
        """Throw away a connection that is of no use, and those that may have lost their way too.

        Each of them would have to be waited for as long; a new one is made when one is needed.
        """
        distrusted, self._at_hand = [useless, *self._at_hand], []
        await self._pool.expire_connections()
        for connection in distrusted:
            if is_open(connection):
                connection.terminate()
            await self._pool.release(connection)

    async def close(self) -> None:
        """Close the pool once every connection has been given back, or at once when cancelled."""
        self._is_closing = True
        try:
            while self._at_hand:
                await self._pool.release(self._at_hand.pop())
            await self._pool.close()
        finally:
            self._pool.terminate()


class Borrowed:
    """A connection, borrowed for a while."""

    __slots__ = ("_connection", "_lending")

    def __init__(self, lending: Lending) -> None:
        self._lending = lending

    async def __aenter__(self) -> Connection:
        """Borrow it; waits for one while all are lent."""
        self._connection = await self._lending.borrow()
        return self._connection

    async def __aexit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        """Give it back, with what went wrong on it."""
        if error is None:
            await self._lending.give_back(self._connection)
        else:
            await self._lending.take_back(self._connection, error)


class Once:
    """A connection that runs one statement, which commits by itself, and refuses a second."""

    def __init__(self, connection: Connection) -> None:
        self._connection: Connection | None = connection

    def __getattr__(self, name: str) -> Any:
        """Give the connection's way to run the statement."""
        connection, self._connection = self._connection, None
        if connection is None:
            raise RuntimeError("a second statement needs a transaction: use `transaction()`")
        return getattr(connection, name)


def is_open(connection: Lent) -> bool:
    """Tell whether the connection can be used; one that broke has gone back to the pool already."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False
