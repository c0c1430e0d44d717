"""The servers of the benchmarks: the bare floor, the floor, ingest, the house and the world."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.bench.house import running_house
from deploy.bench.world import World
from deploy.serving import listen
from services.ingest.app import build_app
from services.ingest.settings import Settings
from services.ingest.shopify import is_signed
from shared.database import Database
from shared.group_commit import GroupCommit
from shared.http import answer, read_body
from shared.logs import set_up_logs
from shared.server import serving

BODY_BYTES_MAX = 2 * 1024 * 1024


def bare(secret: bytes) -> ASGIApp:
    """Check the signature and answer: what no ingest can be faster than."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, 200 if await check(scope, receive, secret) else 401)

    return app


def floor(secret: bytes, database: Database) -> ASGIApp:
    """Check the signature, store the body with a group's commit, and answer; read nothing."""

    async def commit(bodies: Sequence[bytes]) -> Sequence[None]:
        async with database.statement() as statement:
            await statement.execute(
                "INSERT INTO floor (body) SELECT unnest($1::bytea[])", list(bodies)
            )
        return [None] * len(bodies)

    commits: GroupCommit[bytes, None] = GroupCommit(commit)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = await check(scope, receive, secret)
        if body:
            await commits.add(body)
        await answer(send, 200 if body else 401)

    return app


async def check(scope: Scope, receive: Receive, secret: bytes) -> bytes | None:
    """Give the body when it is signed."""
    headers = dict(scope["headers"])
    body = await read_body(headers, receive, BODY_BYTES_MAX)
    return body if is_signed(body, headers[b"x-shopify-hmac-sha256"], [secret]) else None


@asynccontextmanager
async def application(kind: str, configuration: dict[str, Any]) -> AsyncIterator[ASGIApp]:
    """Open what the server of this kind needs."""
    secret = configuration.get("shopify_secrets", [""])[0].encode()
    if kind == "bare":
        yield bare(secret)
    elif kind == "world":
        yield World()
    elif kind == "house":
        async with running_house(configuration) as door:
            yield door
    elif kind == "floor":
        database = Database(configuration["database_url"], "ingest")
        await database.open()
        yield floor(secret, database)
        await database.close()
    else:
        service = build_app(Settings(**configuration))
        async with service.open() if kind == "kept" else service.running():
            yield service.asgi


async def serve(kind: str, configuration: dict[str, Any]) -> None:
    """Serve on a free port, printed as the first line, until told to stop."""
    listener = listen(0)
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    async with application(kind, configuration) as app, serving(app, listener):
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        await told.wait()


if __name__ == "__main__":
    set_up_logs("WARNING")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(sys.argv[1], json.loads(sys.argv[2])))
