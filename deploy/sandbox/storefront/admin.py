"""The Admin GraphQL API: what may be asked of the store, and what it answers.

Three layers of error, as Shopify's: HTTP (401, 404), `errors` in a 200 (a bad document, THROTTLED,
MAX_COST_EXCEEDED), and `userErrors` for a business refusal.
"""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploy.sandbox.faults import Faults
from deploy.sandbox.records import Document
from deploy.sandbox.storefront.fulfilling import Refused
from deploy.sandbox.storefront.paging import check_first, page, read_cursor
from deploy.sandbox.storefront.settings import Settings
from deploy.sandbox.storefront.shop import Shop
from deploy.sandbox.storefront.throttle import (
    QUERY_COST_MAX,
    Bucket,
    actual_cost,
    requested_cost,
)
from deploy.sandbox.storefront.views import fulfillment_view, number_of, order_view

SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text())
SINCE = re.compile(r"""\s*updated_at:\s*(>=?)\s*['"]?([0-9T:.+Z-]+)['"]?\s*""")
BY_UPDATE = "UPDATED_AT"
BY_PLACING = frozenset({"CREATED_AT", "PROCESSED_AT", "ID", "ORDER_NUMBER"})


class Admin:
    """The door of the Admin API."""

    def __init__(self, settings: Settings, shop: Shop, faults: Faults) -> None:
        self._token = settings.access_token.get_secret_value()
        self._shop = shop
        self._faults = faults
        self._bucket = Bucket(settings.bucket_size, settings.restore_rate)
        self._root: Mapping[str, Callable[..., Any]] = {
            "order": self._order,
            "orders": self._orders,
            "fulfillmentCreate": self._fulfillment_create,
            "fulfillmentTrackingInfoUpdate": self._tracking_update,
        }

    async def answer(self, request: Request) -> Response:
        """Answer one GraphQL request."""
        token = request.headers.get("X-Shopify-Access-Token", "")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return JSONResponse({"errors": "[API] Invalid API key or access token"}, 401)
        try:
            asked = json.loads(await request.body())
            source, variables = asked["query"], asked.get("variables") or {}
        except (ValueError, KeyError, TypeError, AttributeError):
            return JSONResponse({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        headers = {"X-Shopify-API-Version": request.path_params["version"]}
        body = self._execute(source, variables, asked.get("operationName"))
        return JSONResponse(body, headers=headers)

    def _execute(self, source: str, variables: Document, name: str | None) -> Document:
        document, errors = _read(source)
        if document is None or errors:
            return {"errors": [error.formatted for error in errors]}
        operation = get_operation_ast(document, name)
        if operation is None:
            return {"errors": [{"message": "No operation of that name."}]}
        asked = requested_cost(document, operation, variables)
        if asked > QUERY_COST_MAX:
            text = f"Query cost is {asked}, which exceeds the single query max cost limit (1000)."
            return self._unpaid(asked, text, "MAX_COST_EXCEEDED")
        if self._faults.take("throttle", source) or not self._bucket.take(asked):
            return self._unpaid(asked, "Throttled", "THROTTLED")
        result = execute_sync(
            SCHEMA, document, self._root, variable_values=variables, operation_name=name
        )
        return self._paid(asked, operation, result)

    def _paid(
        self, asked: int, operation: OperationDefinitionNode, result: ExecutionResult
    ) -> Document:
        actual = min(asked, actual_cost(result.data, operation))
        self._bucket.give_back(asked - actual)
        errors = {"errors": [each.formatted for each in result.errors]} if result.errors else {}
        return errors | {"data": result.data, "extensions": {"cost": self._cost(asked, actual)}}

    def _unpaid(self, asked: int, message: str, code: str) -> Document:
        error = {"message": message, "extensions": {"code": code}}
        return {"errors": [error], "extensions": {"cost": self._cost(asked, None)}}

    def _cost(self, asked: int, actual: int | None) -> Document:
        return {
            "requestedQueryCost": asked,
            "actualQueryCost": actual,
            "throttleStatus": self._bucket.status(),
        }

    def _order(self, _: GraphQLResolveInfo[None], *, id: str) -> Document | None:  # noqa: A002 - its name
        record = self._shop.record(number_of("Order", id))
        return order_view(record) if record else None

    def _orders(
        self,
        _: GraphQLResolveInfo[None],
        *,
        sortKey: str,  # noqa: N803 - Shopify's name
        reverse: bool,
        first: int | None = None,
        after: str | None = None,
        query: str = "",
    ) -> Document:
        limit = check_first(first)
        if reverse or sortKey not in {BY_UPDATE, *BY_PLACING}:
            raise GraphQLError("the sandbox sorts by time of change or of placing, oldest first")
        place = json.loads(read_cursor(after)) if after else None
        rows = self._shop.page(
            since=_since(query), after=place, limit=limit + 1, by_update=sortKey == BY_UPDATE
        )
        nodes = [
            (json.dumps([when, position]), order_view(record))
            for when, position, record in rows[:limit]
        ]
        return page(nodes, has_next=len(rows) > limit, has_previous=after is not None)

    def _fulfillment_create(
        self, _: GraphQLResolveInfo[None], *, fulfillment: Document, message: str | None = None
    ) -> Document:
        del message  # a note to the merchant, of which nothing follows
        wanted = [
            {
                "fulfillmentOrderId": number_of("FulfillmentOrder", each["fulfillmentOrderId"]),
                "lines": [
                    (number_of("FulfillmentOrderLineItem", line["id"]), line["quantity"])
                    for line in each.get("fulfillmentOrderLineItems") or ()
                ],
            }
            for each in fulfillment["lineItemsByFulfillmentOrder"]
        ]
        tracking = fulfillment.get("trackingInfo") or {}
        notify = bool(fulfillment.get("notifyCustomer"))
        return _payload(lambda: self._shop.fulfill(wanted, tracking, notify=notify))

    def _tracking_update(
        self,
        _: GraphQLResolveInfo[None],
        *,
        fulfillmentId: str,  # noqa: N803 - Shopify's name
        trackingInfoInput: Document,  # noqa: N803 - Shopify's name
        notifyCustomer: bool | None = None,  # noqa: N803 - Shopify's name
    ) -> Document:
        del notifyCustomer  # the sandbox writes to no shopper
        number = number_of("Fulfillment", fulfillmentId)
        return _payload(lambda: self._shop.update_tracking(number, trackingInfoInput))


def _payload(change: Callable[[], tuple[Document, Document]]) -> Document:
    try:
        record, fulfillment = change()
    except Refused as reason:
        return {"userErrors": [{"field": reason.field, "message": str(reason)}]}
    return {"fulfillment": fulfillment_view(fulfillment, record), "userErrors": []}


def _since(query: str) -> float:
    """Read the one filter that the sandbox knows; Shopify compares whole seconds."""
    if not query.strip():
        return 0.0
    found = SINCE.fullmatch(query)
    if found is None:
        raise GraphQLError(
            "the sandbox understands only the filter updated_at:>… or updated_at:>=…"
        )
    try:
        when = datetime.fromisoformat(found[2]).timestamp()
    except ValueError as error:
        raise GraphQLError(f"not a time: {found[2]}") from error
    return int(when) + 1 if found[1] == ">" else when


@lru_cache(maxsize=256)
def _read(source: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    try:
        document = parse(source)
    except GraphQLError as error:
        return None, [error]
    return document, validate(SCHEMA, document)
