"""What the sandbox storefront does by command; nothing here is Shopify's."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.deliveries import Deliveries, summary
from deploy.sandbox.records import Document
from deploy.sandbox.storefront.fulfilling import display_status
from deploy.sandbox.storefront.purchases import ORDER, PRODUCTS, Edit, Rush
from deploy.sandbox.storefront.shop import Shop
from deploy.sandbox.storefront.shoppers import random_purchases


class Control:
    """The shoppers and the merchant, as far as they can be commanded."""

    def __init__(self, shop: Shop, deliveries: Deliveries) -> None:
        self._shop = shop
        self._deliveries = deliveries

    def routes(self) -> list[Route]:
        """Name the ways in."""
        one = "/sandbox/orders/{order:int}"
        return [
            Route("/sandbox/products", self.set_products, methods=["PUT"]),
            Route("/sandbox/orders", self.place, methods=["POST"]),
            Route("/sandbox/orders", self.list_orders, methods=["GET"]),
            Route(one, self.show, methods=["GET"]),
            Route(f"{one}/cancel", self.cancel, methods=["POST"]),
            Route(f"{one}/edit", self.edit, methods=["POST"]),
        ]

    async def set_products(self, request: Request) -> Response:
        """Say what the store sells from now on."""
        products = PRODUCTS.validate_json(await request.body())
        self._shop.set_products(products)
        return JSONResponse({"products": len(products)})

    async def place(self, request: Request) -> Response:
        """Have shoppers order."""
        asked = ORDER.validate_json(await request.body())
        if isinstance(asked, Rush):
            products = self._shop.products()
            if not products:
                raise HTTPException(409, "the store sells nothing yet: PUT /sandbox/products")
            purchases = random_purchases(products, count=asked.count, seed=asked.seed)
        else:
            purchases = [asked]
        placed = self._shop.place(purchases)
        shown = [{"id": str(order["id"]), "name": order["name"]} for order in placed]
        return JSONResponse({"orders": shown}, 201)

    async def list_orders(self, _: Request) -> Response:
        """Show where every order stands, and what became of its webhooks."""
        return JSONResponse({"orders": [self._shown(each) for each in self._shop.records()]})

    async def show(self, request: Request) -> Response:
        """Show one order, with the whole of Shopify's JSON."""
        record = self._find(request)
        return JSONResponse(self._shown(record) | {"order": record["order"]})

    async def cancel(self, request: Request) -> Response:
        """Have the shopper cancel."""
        record = self._find(request)
        if record["order"]["cancelled_at"] is None:
            self._shop.cancel(record)
        return JSONResponse(self._shown(record))

    async def edit(self, request: Request) -> Response:
        """Have the merchant change an order."""
        record = self._find(request)
        self._shop.edit(record, Edit.model_validate_json(await request.body()))
        return JSONResponse(self._shown(record))

    def _find(self, request: Request) -> Document:
        record = self._shop.record(request.path_params["order"])
        if record is None:
            raise HTTPException(404, "the store has no such order")
        return record

    def _shown(self, record: Document) -> Document:
        order = record["order"]
        names = ("name", "financial_status", "cancelled_at", "created_at")
        return {
            "id": str(order["id"]),
            "number": order["order_number"],
            **{name: order[name] for name in names},
            "fulfillment_status": display_status(record),
            "fulfillments": [
                _fulfillment(each, notified=record["notified"][str(each["id"])])
                for each in order["fulfillments"]
            ],
            "webhooks": [summary(each) for each in self._deliveries.of(str(order["id"]))],
        }


def _fulfillment(each: Document, *, notified: bool) -> Document:
    company, urls = each["tracking_company"], each["tracking_urls"]
    return {
        "id": str(each["id"]),
        "status": each["status"],
        "created_at": each["created_at"],
        "notify_customer": notified,
        "tracking": [
            {"company": company, "number": number, "url": urls[i] if i < len(urls) else None}
            for i, number in enumerate(each["tracking_numbers"])
        ],
        "line_items": [
            {"id": str(line["id"]), "quantity": line["quantity"]} for line in each["line_items"]
        ],
    }
