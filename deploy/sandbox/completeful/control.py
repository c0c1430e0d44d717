"""What the sandbox shows of Completeful, and does by command; nothing here is Completeful's."""

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.completeful.asked import Asked
from deploy.sandbox.completeful.factory import Factory
from deploy.sandbox.completeful.problems import Problem
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


class Correction(Asked):
    """Other tracking for the package in this place of its order; what is left out stays."""

    place: int = Field(default=0, ge=0)
    number: str = Field(default="", max_length=100)
    carrier: str = Field(default="", max_length=100)
    url: str = Field(default="", max_length=1000)


class Control:
    """The records, for whoever judges whether everything happened once, and the factory's hand."""

    def __init__(self, records: Records, deliveries: Deliveries, factory: Factory) -> None:
        self._records = records
        self._deliveries = deliveries
        self._factory = factory

    def routes(self) -> list[Route]:
        """Name the ways in."""
        one = "/sandbox/orders/{order}"
        return [
            Route("/sandbox/orders", self.list_orders),
            Route(f"{one}/tracking", self.correct_tracking, methods=["POST"]),
        ]

    async def list_orders(self, _: Request) -> Response:
        """Show every order, with its packages, files, charges and webhooks."""
        return JSONResponse({"orders": [self._shown(each) for each in self._records.all("order")]})

    async def correct_tracking(self, request: Request) -> Response:
        """Give a package that has left another carrier, number or link; the order by either id."""
        correction = Correction.model_validate_json(await request.body())
        key = request.path_params["order"]
        external = self._records.get("external", key)
        tracking = correction.model_dump(exclude={"place"}, exclude_defaults=True)
        try:
            record = self._factory.record(external["order"] if external else key)
            self._factory.correct(record, correction.place, tracking)
        except Problem as problem:
            raise HTTPException(problem.status, str(problem)) from problem
        return JSONResponse(self._shown(record))

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
