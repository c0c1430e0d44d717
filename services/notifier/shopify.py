"""Shopify's Admin API, as far as notifier needs it.

Three layers of error: HTTP and the top-level `errors` say nothing of the order, `userErrors` in an
answer that is otherwise good refuse what was asked.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from services.notifier.documents import CREATE_FULFILLMENT, READ_ORDER, UPDATE_TRACKING
from services.notifier.domain.answers import (
    Created,
    CreateFulfillment,
    Envelope,
    FulfillmentOrderNode,
    GraphQLError,
    OrderNode,
    ReadOrder,
    UpdateTracking,
)
from services.notifier.domain.telling import SetTracking, StoreOrder, Tell
from shared.outside import DENIED_SECONDS, Outside, Refused, Unavailable

PAGES_MAX = 20
THROTTLED = "THROTTLED"
DENIED = frozenset({"ACCESS_DENIED", "SHOP_INACTIVE"})
OUR_FAULT = frozenset({"MAX_COST_EXCEEDED", "BAD_REQUEST"})
THROTTLED_SECONDS_MIN = 0.1

Answer = TypeVar("Answer", bound=BaseModel)


class Shopify:
    """The client of one shop; it raises Unavailable (later) or Refused (never)."""

    def __init__(self, outside: Outside, api_version: str) -> None:
        self.breaker = outside.breaker
        self._outside = outside
        self._path = f"admin/api/{api_version}/graphql.json"

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
        answer = await self._ask(
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
        answer = await self._ask(UPDATE_TRACKING, variables, UpdateTracking, writes=True)
        return read_fulfillment(answer.fulfillment_tracking_info_update)

    async def _read_page(self, storefront_order_id: str, after: str | None) -> OrderNode:
        variables = {"id": f"gid://shopify/Order/{storefront_order_id}", "after": after}
        answer = await self._ask(READ_ORDER, variables, ReadOrder, writes=False)
        if answer.order is None:
            raise Refused(
                "unknown_order",
                "the store does not know this order, or does not show it to us any more: orders "
                "older than 60 days need the scope read_all_orders",
            )
        if answer.order.has_too_many_lines:
            raise Refused("too_many_lines", "the order has over 100 lines: fulfill it by hand")
        return answer.order

    async def _ask(
        self, document: str, variables: Mapping[str, object], kind: type[Answer], *, writes: bool
    ) -> Answer:
        """Send a document, mind the budget, and read the answer's data."""
        answer = await self._outside.ask(
            "POST",
            self._path,
            content=to_json({"query": document, "variables": variables}),
            headers={"Content-Type": "application/json"},
            is_write=writes,
        )
        if answer.status != HTTPStatus.OK:
            raise Unavailable(
                f"Shopify answers HTTP {answer.status}: check the shop and the API version",
                retry_after=DENIED_SECONDS,
            )
        try:
            envelope = Envelope.model_validate_json(answer.content)
            wait = envelope.extensions.cost.wait_seconds if envelope.extensions.cost else 0.0
            if wait > 0:
                self.breaker.hold(wait)
            for error in envelope.errors:
                self._raise(error, wait, writes=writes)
            return kind.model_validate(envelope.data)
        except ValidationError as error:
            reason = f"Shopify's answer cannot be read: {error.error_count()} fields are wrong"
            raise Unavailable(reason, is_ambiguous=writes) from error

    def _raise(self, error: GraphQLError, wait: float, *, writes: bool) -> None:
        """Raise what a top-level error means: the request failed as a whole."""
        if error.code == THROTTLED:
            wait = max(wait, THROTTLED_SECONDS_MIN)
            self.breaker.hold(wait)
            raise Unavailable("Shopify asks us to slow down", retry_after=wait)
        reason = f"Shopify: {error.message}"
        if error.code in DENIED:
            self.breaker.hold(DENIED_SECONDS)
            raise Unavailable(f"{reason}: check the app's scopes", retry_after=DENIED_SECONDS)
        if error.code in OUR_FAULT:
            raise Refused(error.code.lower(), reason)
        raise Unavailable(reason, is_ambiguous=writes)


def read_fulfillment(changed: Created | None) -> str:
    """Give the id of what was created or changed; raises Refused with Shopify's reasons."""
    if changed is not None and changed.user_errors:
        said = "; ".join(error.message for error in changed.user_errors)
        raise Refused("user_error", f"Shopify: {said}")
    if changed is None or changed.fulfillment is None:
        raise Unavailable("Shopify's answer names no fulfillment", is_ambiguous=True)
    return changed.fulfillment.id
