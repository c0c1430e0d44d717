"""How connections to Postgres are made, made ready for the pool, and given back to it."""

import socket
from typing import Any, TypeAlias

import asyncpg
from asyncpg.protocol import protocol
from pydantic_core import from_json, to_json

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)


SILENT_SECONDS_MAX = 10.0
"""After so long without a sign of the other machine a connection is taken for dead, in use or not:
a firewall that forgets a connection tells nobody, and TCP by itself tries for a quarter of an hour.
"""
PROBE_SECONDS = 2
STATEMENT_SECONDS_MAX = 20.0
"""So long a statement may go unanswered, whatever the network says; longer than what a process that
stands still may have locked is waited for (`Database.silent_seconds_max`)."""
CONNECT_SECONDS_MAX = 10.0

NOTICE_DEATH = {
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": f"{SILENT_SECONDS_MAX:.0f}s",
}
"""Has Postgres end, within seconds, a connection whose machine is gone; its own limit is hours."""


ARRAYS = (list, tuple, set, frozenset)
"""What may be a value for an array.

asyncpg asks of each element of each array whether it is an array itself, and does so by two
abstract classes, whose answer is Python code: three quarters of the time that texts take it.
"""
vars(protocol).update(IterableABC=ARRAYS, SizedABC=ARRAYS, MappingABC=dict)


class OwnConnection(asyncpg.Connection):
    """A connection that ends when the other machine is not heard of any more."""

    __slots__ = ()

    def __init__(self, protocol: Any, transport: Any, *parts: Any) -> None:
        """Take what asyncpg makes a connection of."""
        super().__init__(protocol, transport, *parts)
        notice_silence(transport.get_extra_info("socket"))


def notice_silence(sock: Any) -> None:
    """Have the kernel end a TCP connection whose other machine does not answer.

    Keepalives find that out where nothing is sent, the user timeout where something is; where the
    system has not these options, statements are bounded all the same.
    """
    if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    seconds = round(SILENT_SECONDS_MAX)
    for name, value in (
        ("TCP_KEEPIDLE", PROBE_SECONDS),
        ("TCP_KEEPINTVL", PROBE_SECONDS),
        ("TCP_KEEPCNT", seconds // PROBE_SECONDS - 1),
        ("TCP_USER_TIMEOUT", seconds * 1000),
    ):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def manner() -> dict[str, Any]:
    """Give how every connection of a service is made."""
    return {
        "connection_class": OwnConnection,
        "timeout": CONNECT_SECONDS_MAX,
        "command_timeout": STATEMENT_SECONDS_MAX,
    }


async def keep_as_it_is(_connection: Connection) -> None:
    """Give a connection back without asking Postgres to reset it.

    Nobody leaves anything behind on a connection of the pool: settings are local to a transaction,
    locks of a session and listeners have connections of their own.
    """


async def prepare(connection: Connection) -> None:
    """Let jsonb columns take and give Python values."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: to_json(value).decode(),
        decoder=from_json,
    )
