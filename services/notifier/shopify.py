"""Shopify's Admin API, as far as notifier needs it."""

from collections.abc import Mapping

from services.notifier.documents import CREATE_FULFILLMENT, READ_ORDER, UPDATE_TRACKING
from services.notifier.domain.answers import (
    Created,
    CreateFulfillment,
    FulfillmentOrderNode,
    OrderNode,
    ReadOrder,
    UpdateTracking,
)
from services.notifier.domain.telling import SetTracking, StoreOrder, Tell
from shared.admin_api import AdminApi
from shared.outside import Outside, Refused, Unavailable

PAGES_MAX = 20


class Shopify:
    """The client of one shop; it raises Unavailable (later) or Refused (never)."""

    def __init__(self, outside: Outside, api_version: str) -> None:
        self.breaker = outside.breaker
        self._api = AdminApi(outside, api_version)

    async def read_order(self, storefront_order_id: str) -> StoreOrder:
        """Give what the store knows of an order's packages, and what may still be sent."""
        page = await self._read_page(storefront_order_id, None)
        fulfillments = tuple(each.read() for each in page.fulfillments)
        nodes: list[FulfillmentOrderNode] = [*page.fulfillment_orders.nodes]
        for _ in range(PAGES_MAX):
            if not page.fulfillment_orders.page_info.has_next_page:
                break
            cursor = page.fulfillment_orders.page_info.end_cursor
            page = await self._read_page(storefront_order_id, cursor)
            nodes += page.fulfillment_orders.nodes
        return StoreOrder(tuple(node.read() for node in nodes), fulfillments)

    async def create_fulfillment(
        self, tell: Tell, tracking: Mapping[str, str], *, notify_customer: bool
    ) -> str:
        """Mark a package's lines fulfilled with its tracking, and give the fulfillment's id.

        It happens each time it is asked: read the order before, and after every unclear answer.
        """
        wanted = [
            {
                "fulfillmentOrderId": name,
                "fulfillmentOrderLineItems": [
                    {"id": line, "quantity": quantity} for line, quantity in lines
                ],
            }
            for name, lines in tell.lines.items()
        ]
        fulfillment = {
            "lineItemsByFulfillmentOrder": wanted,
            "trackingInfo": dict(tracking),
            "notifyCustomer": notify_customer,
        }
        answer = await self._api.ask(
            CREATE_FULFILLMENT, {"fulfillment": fulfillment}, CreateFulfillment, writes=True
        )
        return read_fulfillment(answer.fulfillment_create)

    async def set_tracking(self, wanted: SetTracking, *, notify_customer: bool) -> str:
        """Show these tracking numbers with a fulfillment and no others, and give its id."""
        variables = {
            "id": wanted.fulfillment_id,
            "tracking": wanted.tracking,
            "notify": notify_customer,
        }
        answer = await self._api.ask(UPDATE_TRACKING, variables, UpdateTracking, writes=True)
        return read_fulfillment(answer.fulfillment_tracking_info_update)

    async def _read_page(self, storefront_order_id: str, after: str | None) -> OrderNode:
        variables = {"id": f"gid://shopify/Order/{storefront_order_id}", "after": after}
        answer = await self._api.ask(READ_ORDER, variables, ReadOrder, writes=False)
        if answer.order is None:
            raise Refused(
                "unknown_order",
                "the store does not know this order, or does not show it to us any more: orders "
                "older than 60 days need the scope read_all_orders",
            )
        if answer.order.has_too_many_lines:
            raise Refused("too_many_lines", "the order has over 100 lines: fulfill it by hand")
        return answer.order


def read_fulfillment(changed: Created | None) -> str:
    """Give the id of what was created or changed; raises Refused with Shopify's reasons."""
    if changed is not None and changed.user_errors:
        said = "; ".join(error.message for error in changed.user_errors)
        raise Refused("user_error", f"Shopify: {said}")
    if changed is None or changed.fulfillment is None:
        raise Unavailable("Shopify's answer names no fulfillment", is_ambiguous=True)
    return changed.fulfillment.id
