"""`platen bench approve`: how long a hundred thousand approvals take, in one request."""

import asyncio

import httpx
from rich.console import Console

from deploy.bench.orders import field_of
from services.approval.app import build_app
from services.approval.settings import Settings

ORDERS = 100_000


async def bench_approve(console: Console, orders: int = ORDERS) -> dict[str, float]:
    """Approve everything that waits, with durable commits, and count what was said."""
    async with field_of(orders, waiting_percent=100) as field:
        service = build_app(Settings(**field.settings()))
        transport = httpx.ASGITransport(app=service.asgi)
        headers = {"Authorization": "Bearer bench"}
        async with (
            service.open(),
            httpx.AsyncClient(
                transport=transport, base_url="http://approval", headers=headers, timeout=600
            ) as http,
        ):
            clock = asyncio.get_running_loop().time
            started = clock()
            answer = await http.post("/v1/approvals", json={"filter": {}})
            seconds = clock() - started
            approved = len(answer.raise_for_status().json()["approved"])
            async with service.database.transaction() as transaction:
                said = await transaction.fetchval("SELECT count(*) FROM outbox")
    if not approved == said == orders:
        raise RuntimeError(f"{approved} approved and {said} said, of {orders} orders")
    console.print(
        f"{orders:,} orders approved in {seconds:.2f} s: {orders / seconds:,.0f} a second"
    )
    return {"orders": orders, "seconds": round(seconds, 2)}
