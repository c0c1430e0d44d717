"""Shopify's Admin API, as far as ingest needs it: the orders that have changed."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel

from services.ingest.shopify.answers import Line, Order, ReadChanged, ReadLines
from services.ingest.shopify.documents import READ_CHANGED, READ_LINES
from shared.admin_answers import PageInfo
from shared.admin_api import AdminApi, Throttled

ORDERS, FIRST_LINES, MORE_LINES = 10, 10, 100
"""How much is asked for at once: no request may cost more than a thousand points."""

THROTTLED_MAX = 8
"""So often in a row others may have spent what we waited for, until that is told."""

Answer = TypeVar("Answer", bound=BaseModel)


class OrdersOfShop:
    """The orders of one shop."""

    def __init__(self, api: AdminApi) -> None:
        self._api = api

    async def changed_since(self, moment: datetime) -> AsyncGenerator[list[Order], None]:
        """Give all orders that have changed since, by pages, what changed first first.

        The store sorts by an index that may lag: an order may be newer than its place tells.
        Raises Unavailable (ask later) or Refused (never).
        """
        query = f"updated_at:>='{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"
        page = PageInfo(hasNextPage=True)
        while page.has_next_page:
            variables = {
                "query": query,
                "first": ORDERS,
                "lines": FIRST_LINES,
                "after": page.end_cursor,
            }
            answer = await self._ask(READ_CHANGED, variables, ReadChanged)
            orders = [await self._whole(order) for order in answer.orders.nodes]
            yield [order for order in orders if order is not None]
            page = answer.orders.page_info

    async def _whole(self, order: Order) -> Order | None:
        """Give the order with all of its lines; None when it is deleted meanwhile."""
        lines: list[Line] = [*order.line_items.nodes]
        page = order.line_items.page_info
        while page.has_next_page:
            variables = {
                "id": f"gid://shopify/Order/{order.legacy_resource_id}",
                "first": MORE_LINES,
                "after": page.end_cursor,
            }
            answer = await self._ask(READ_LINES, variables, ReadLines)
            if answer.order is None:
                return None
            lines += answer.order.line_items.nodes
            page = answer.order.line_items.page_info
        whole = order.line_items.model_copy(update={"nodes": tuple(lines), "page_info": page})
        return order.model_copy(update={"line_items": whole})

    async def _ask(
        self, document: str, variables: Mapping[str, object], kind: type[Answer]
    ) -> Answer:
        """Ask once the budget allows it: to begin anew would spend it on what is read already."""
        throttled = 0
        while True:
            await asyncio.sleep(self._api.breaker.seconds_left)
            try:
                return await self._api.ask(document, variables, kind, writes=False)
            except Throttled:
                throttled += 1
                if throttled == THROTTLED_MAX:
                    raise
