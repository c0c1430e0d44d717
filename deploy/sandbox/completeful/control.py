"""What the sandbox shows of Completeful that Completeful would not show."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.deliveries import Deliveries, summary
from deploy.sandbox.records import Document, Records

SHOWN = (
    "id",
    "external_order_id",
    "order_number",
    "status",
    "fulfillment_status",
    "created_at",
    "updated_at",
)


class Control:
    """The records, for whoever judges whether everything happened once."""

    def __init__(self, records: Records, deliveries: Deliveries) -> None:
        self._records = records
        self._deliveries = deliveries

    def routes(self) -> list[Route]:
        """Name the ways in."""
        return [Route("/sandbox/orders", self.list_orders)]

    async def list_orders(self, _: Request) -> Response:
        """Show every order, with its packages, files, charges and webhooks."""
        return JSONResponse({"orders": [self._shown(each) for each in self._records.all("order")]})

    def _shown(self, record: Document) -> Document:
        order = record["order"]
        return {
            **{name: order[name] for name in SHOWN},
            "creations": record["creations"],
            "shipments": order["tracking"],
            "print_files": record["files"],
            "charges": record["charges"],
            "webhooks": [summary(each) for each in self._deliveries.of(order["id"])],
        }
