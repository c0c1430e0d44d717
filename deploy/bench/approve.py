"""`platen bench approve`: select a hundred thousand orders on the page, and approve them."""

import asyncio
from datetime import UTC, datetime

import httpx
from pydantic import SecretStr
from rich.console import Console

from deploy.bench.orders import field_of
from services.approval.app import build_app
from services.approval.settings import Settings
from shared.service import Service
from shared.web import Sessions

ORDERS = 100_000


async def bench_approve(console: Console, orders: int = ORDERS) -> dict[str, float]:
    """Approve everything that waits, with durable commits, and count what was said."""
    async with field_of(orders, waiting_percent=100) as field:
        service = build_app(Settings(**field.settings()))
        transport = httpx.ASGITransport(app=service.asgi)
        async with (
            service.open(),
            httpx.AsyncClient(transport=transport, base_url="http://approval", timeout=600) as http,
        ):
            await http.get(Sessions(SecretStr("bench")).new_link(datetime.now(UTC)))
            selecting, seconds = await select_and_approve(http)
            said, left = await outcome_of(service)
    if said != orders or left:
        raise RuntimeError(f"{said} said and {left} left, of {orders} orders")
    console.print(
        f"{orders:,} orders selected in {selecting:.2f} s and approved in {seconds:.2f} s: "
        f"{orders / seconds:,.0f} a second"
    )
    return {
        "orders": orders,
        "select_seconds": round(selecting, 2),
        "seconds": round(seconds, 2),
    }


async def select_and_approve(http: httpx.AsyncClient) -> tuple[float, float]:
    """Do as the page does for "select all" and "Approve Orders"; give how long each took."""
    clock = asyncio.get_running_loop().time
    started = clock()
    counted = (await http.get("/count")).raise_for_status().json()
    selected = clock()
    form = {"all": "yes", "as_of": counted["as_of"], "looking": "/"}
    headers = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
    (await http.post("/approve", data=form, headers=headers)).raise_for_status()
    return selected - started, clock() - selected


async def outcome_of(service: Service) -> tuple[int, int]:
    """Count what was said, and what still waits."""
    async with service.database.transaction() as transaction:
        said = await transaction.fetchval("SELECT count(*) FROM outbox")
        left = await transaction.fetchval(
            "SELECT count(*) FROM review WHERE status = 'needs_approval'"
        )
    return said, left
