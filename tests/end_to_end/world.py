"""The verbs of the end-to-end tests: what a shopper, a merchant and an onlooker can do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from deploy.demo.outcome import Outcome, find_outcomes
from deploy.demo.run import Running
from shared.patience import until

PATIENCE_SECONDS = 240


class World:
    """A shopper at the store, a merchant at the dashboard, and someone who watches both ends."""

    def __init__(self, running: Running, platen: httpx.AsyncClient) -> None:
        self.running = running
        self._platen = platen
        self._store = running.world.storefront_url
        self._factory = running.world.completeful_url

    @classmethod
    @asynccontextmanager
    async def of(cls, running: Running) -> "AsyncIterator[World]":
        """Open the merchant's client."""
        async with running.client() as platen:
            yield cls(running, platen)

    async def orders(self, **wanted: Any) -> list[str]:
        """Let shoppers order; gives the orders' names."""
        answer = await self._platen.post(f"{self._store}/sandbox/orders", json=wanted)
        return [order["name"] for order in answer.raise_for_status().json()["orders"]]

    async def breaks(self, side: str, fault: str, count: int = 1, **more: Any) -> None:
        """Have one side of the world fail in a certain way, some times."""
        url = self._store if side == "store" else self._factory
        body = {"fault": fault, "count": count} | more
        (await self._platen.post(f"{url}/sandbox/faults", json=body)).raise_for_status()

    async def sees(self, name: str) -> dict[str, Any] | None:
        """Give the order as the merchant sees it; None while it is not there."""
        answer = await self._platen.get("/v1/orders", params={"search": name})
        found = [each for each in answer.json()["orders"] if each["order_number"] == name]
        return found[0] if found else None

    async def waits_for(self, name: str, status: str, *reasons: str) -> dict[str, Any]:
        """Wait until the merchant sees the order in the status, for these reasons if any are named.

        An order that is held may be so for other reasons first: for one, until it is paid.
        """
        seen: dict[str, Any] = {}

        async def has_come() -> bool:
            seen.update(await self.sees(name) or {})
            codes = tuple(reason["code"] for reason in seen.get("reasons", ()))
            return seen.get("status") == status and (not reasons or codes == reasons)

        await self.in_time(has_come, lambda: f"{name} is {seen.get('status')}: {seen}")
        return seen

    async def approves(self, *names: str) -> dict[str, Any]:
        """Approve these orders in one go."""
        ids = [(await self.waits_for(name, "needs_approval"))["order_id"] for name in names]
        answer = await self._platen.post("/v1/approvals", json={"order_ids": ids})
        result: dict[str, Any] = answer.raise_for_status().json()
        return result

    async def retries(self, order_id: str) -> None:
        """Press the button that tries again."""
        (await self._platen.post(f"/v1/orders/{order_id}/retry")).raise_for_status()

    async def outcomes(self, *names: str) -> list[Outcome]:
        """Give how these orders stand at all ends."""
        servers = self.running.home.stack.kafka_servers
        found = await find_outcomes(servers, self._store, self._factory)
        return [outcome for outcome in found if outcome.name in names]

    async def ends_well(self, *names: str) -> list[Outcome]:
        """Wait until nothing is missing of these orders, at any end."""
        seen: list[Outcome] = []

        async def is_over() -> bool:
            seen[:] = await self.outcomes(*names)
            return len(seen) == len(names) and not any(each.missing for each in seen)

        await self.in_time(is_over, lambda: f"missing: {[each.missing for each in seen]}")
        return seen

    async def in_time(
        self, is_true: Callable[[], Awaitable[bool]], explain: Callable[[], str]
    ) -> None:
        """Wait for what must come; fail with what was seen last when it does not."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await until(is_true, every_seconds=0.2)
        except TimeoutError as error:
            raise AssertionError(explain()) from error
