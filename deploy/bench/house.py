"""The whole system as a process of the bench, with approval automatic."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import httpx
from starlette.types import ASGIApp

from deploy.gateway import Gateway
from deploy.house import build_service
from deploy.system import running_together
from shared.database import Transaction
from shared.effect import Handler
from shared.events import EVENTS, Event, PrintFileReady
from shared.service import Service

READY = "bench_ready"
"""Fires when an order may have become ready for approval."""


@asynccontextmanager
async def running_house(configuration: dict[str, Any]) -> AsyncIterator[ASGIApp]:
    """Run the services that the configuration tells of, behind one door."""
    services = {
        name: build_service(name, fields) for name, fields in configuration["services"].items()
    }
    async with AsyncExitStack() as stack:
        if "approval" in services:
            approve_automatically(services["approval"], configuration["services"]["approval"])
        await stack.enter_async_context(running_together(services))
        yield Gateway({name: service.asgi for name, service in services.items()})


def approve_automatically(approval: Service, fields: dict[str, Any]) -> None:
    """Have everything that waits approved through the API, whenever print files are ready."""
    learn = approval.handlers[PrintFileReady.__name__]
    heard = [EVENTS[name] for name, handler in approval.handlers.items() if handler is learn]
    approval.hears_all(heard, partial(tell_that_it_is_ready, learn))
    http = httpx.AsyncClient(
        transport=httpx.ASGITransport(approval.asgi),
        base_url="http://approval",
        headers={"Authorization": f"Bearer {fields['api_key']}"},
    )
    approval.works("approve", partial(approve, http), signal=READY)
    approval.opens(close=http.aclose)


async def tell_that_it_is_ready(
    handler: Handler, transaction: Transaction, events: Sequence[Event]
) -> None:
    """Learn, and wake who approves when files are ready."""
    await handler(transaction, events)
    if any(isinstance(event, PrintFileReady) for event in events):
        transaction.wake(READY)


async def approve(http: httpx.AsyncClient) -> bool:
    """Approve everything that waits; False, for the next is told of by the signal."""
    answer = await http.post("/v1/approvals", json={"filter": {"status": "needs_approval"}})
    answer.raise_for_status()
    await asyncio.sleep(0)
    return False
