"""The storefront's call, as the tests make it, and what comes of it."""

from httpx import Response

from shared.events import Event
from tests.support.service import Driver

PATH = "/webhooks/shopify"


async def post(ingest: Driver, request: dict[str, object]) -> Response:
    return await ingest.http.post(PATH, **request)  # type: ignore[arg-type]


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]
