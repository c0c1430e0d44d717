"""Connections of a pool, lent for a statement or a transaction; those used last stay at hand."""

import asyncio
from contextlib import suppress
from typing import TypeAlias

import asyncpg

Lent: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

AT_HAND_MAX = 2
"""A service hardly ever needs more at once; those that a burst opened expire in the pool."""
BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
UNDO_SECONDS = 1.0
"""How long a cancelled statement has to be undone; asyncpg would wait for ever."""


class Lending:
    """Lends the connections of a pool.

    To take one from asyncpg's pool and to put it back takes a task and timers for each statement.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._at_hand: list[Lent] = []
        self._waiting = 0
        self._is_closing = False

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
        is_needed = self._waiting or self._is_closing or len(self._at_hand) >= AT_HAND_MAX
        if is_needed or not is_open(connection):
            await self._pool.release(connection)
        else:
            self._at_hand.append(connection)

    async def take_back(self, connection: Lent, error: BaseException) -> None:
        """Let the pool look after a connection on which something failed.

        One that a cancelled borrower cannot give back soon is thrown away, and one that gave no
        answer in time, or leads to a server that may not be written to any more.
        """
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


def is_open(connection: Lent) -> bool:
    """Tell whether the connection can be used; one that broke has gone back to the pool already."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False
