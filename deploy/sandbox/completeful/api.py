"""The Partner API: one function per request, each of which gives a status and a body."""

import uuid
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.routing import Route

from deploy.sandbox.completeful import catalog
from deploy.sandbox.completeful.asked import Address, FileCheck, OrderCreateRequest
from deploy.sandbox.completeful.door import DRY_RUN, Answer, Door, read_json
from deploy.sandbox.completeful.orders import Orders
from deploy.sandbox.completeful.pricing import quote, read_lines
from deploy.sandbox.completeful.print_files import PrintFiles
from deploy.sandbox.completeful.problems import Problem
from deploy.sandbox.completeful.settings import Settings
from deploy.sandbox.records import Document

LIMIT, LIMIT_MAX = 50, 200
LINE_LENGTH_MAX = 35


class Api:
    """Orders, shops and validations."""

    def __init__(self, settings: Settings, orders: Orders, files: PrintFiles) -> None:
        self._settings = settings
        self._orders = orders
        self._files = files

    def routes(self, door: Door) -> list[Route]:
        """Name the ways in."""
        orders, products = "/v1/shops/{shopId}/orders", "/v1/catalog/products"
        one = f"{products}/{{productId}}"
        return [
            door.route("GET", "/v1/shops", self.list_shops),
            door.route("GET", "/v1/shops/{shopId}", self.get_shop),
            door.route("POST", orders, self.create_order),
            door.route("GET", orders, self.list_orders),
            door.route("POST", f"{orders}/quote", self.quote_order),
            door.route("GET", f"{orders}/lookup/{{externalOrderId}}", self.look_up_order),
            door.route("GET", f"{orders}/{{orderId}}", self.get_order),
            door.route("POST", f"{orders}/{{orderId}}/cancel", self.cancel_order),
            door.route("POST", "/v1/addresses/validate", self.validate_address),
            door.route("POST", "/v1/print-files/validate", self.validate_file),
            door.route("GET", products, catalog.list_products),
            door.route("GET", f"{products}/by-sku/{{sku}}", catalog.get_product),
            door.route("GET", one, catalog.get_product),
            door.route("GET", f"{one}/variants", catalog.get_part),
            door.route("GET", f"{one}/print-locations", catalog.get_part),
            door.route("GET", f"{one}/shipping", catalog.get_part),
        ]

    async def create_order(self, request: Request) -> Answer:
        """Take an order, or give the one that has its external id."""
        asked = OrderCreateRequest.model_validate(await read_json(request))
        dry_run = request.state.dry_run
        status, order = await self._orders.create(asked, dry_run=dry_run)
        body: Document = {"order": order}
        if dry_run:
            body["dry_run"] = DRY_RUN
        return status, body

    async def quote_order(self, request: Request) -> Answer:
        """Quote an order without taking it."""
        asked = OrderCreateRequest.model_validate(await read_json(request))
        return 200, {"quote": quote(asked, read_lines(asked, self._settings.plan))}

    async def get_order(self, request: Request) -> Answer:
        """Give an order."""
        return 200, {"order": self._orders.find(request.path_params["orderId"])["order"]}

    async def look_up_order(self, request: Request) -> Answer:
        """Give an order by its external id."""
        external = request.path_params["externalOrderId"]
        return 200, {"order": self._orders.find_external(external)["order"]}

    async def list_orders(self, request: Request) -> Answer:
        """Page through the orders, oldest first."""
        query = request.query_params
        after, limit = query.get("cursor", "0"), query.get("limit", str(LIMIT))
        if not (after.isdecimal() and limit.isdecimal() and 0 < int(limit) <= LIMIT_MAX):
            raise Problem(400, "invalid_request", "cursor or limit cannot be read")
        rows = self._orders.page(after=int(after), limit=int(limit) + 1)
        shown, more = rows[: int(limit)], len(rows) > int(limit)
        pagination = {
            "limit": int(limit),
            "count": len(shown),
            "next_cursor": str(shown[-1][0]) if more else None,
            "has_more": more,
        }
        return 200, {"orders": [record["order"] for _, record in shown], "pagination": pagination}

    async def cancel_order(self, request: Request) -> Answer:
        """Cancel an order while it is pending."""
        key, dry_run = request.path_params["orderId"], request.state.dry_run
        return 200, {"order": self._orders.cancel(key, dry_run=dry_run)}

    async def list_shops(self, _: Request) -> Answer:
        """Give the one shop there is."""
        return 200, {"shops": [self._shop()]}

    async def get_shop(self, _: Request) -> Answer:
        """Give the shop."""
        return 200, {"shop": self._shop()}

    async def validate_address(self, request: Request) -> Answer:
        """Say what is wrong with an address, and how it would be written."""
        body = await read_json(request)
        address = Address.model_validate(body.get("address", body))
        long = [
            {"field": name, "message": f"longer than {LINE_LENGTH_MAX} characters"}
            for name in ("line1", "line2")
            if len(getattr(address, name) or "") > LINE_LENGTH_MAX
        ]
        country = address.country.upper()
        missing = country == "US" and not address.region
        errors = [{"field": "region", "message": "a US address needs a state"}] if missing else []
        normalized = address.model_dump() | {"country": country}
        return 200, {"valid": not errors, "address": normalized, "errors": errors, "warnings": long}

    async def validate_file(self, request: Request) -> Answer:
        """Say whether a print file would be taken."""
        asked = FileCheck.model_validate(await read_json(request))
        location = next(
            (
                each
                for product in catalog.products()
                for each in product["print_locations"]
                if each["id"] == asked.print_location_id
            ),
            None,
        )
        try:
            found = await self._files.inspect(asked.art_url, location, field="art_url")
        except Problem as problem:
            why = problem.body(request_id=str(uuid.uuid4()), path="/v1/print-files/validate")
            return 200, {"valid": False, "errors": [why]}
        file = {"width": found.width, "height": found.height, "dpi": found.dpi, "bytes": found.size}
        return 200, {"valid": True, "errors": [], "file": {"format": "png", **file}}

    def _shop(self) -> Document:
        return {
            "id": str(self._settings.shop_id),
            "kind": "primary",
            "name": "Platen Sandbox",
            "display_name": "Platen Sandbox",
            "domain": None,
            "marketplace": "CUSTOM",
            "currency": "USD",
            "is_published": True,
            "connected_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
            "marketplace_readiness": [],
        }
