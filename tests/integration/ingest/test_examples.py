"""The examples in the API's description are what the service really answers."""

from tests.support.examples import Example, try_all
from tests.support.service import Driver
from tests.support.shopify import webhook

LIST, AGAIN = "/v1/deliveries/unreadable", "/v1/deliveries/{delivery_id}/read-again"
PAYLOAD = "/v1/deliveries/payloads/{delivery_id}"


async def test_every_example_is_what_the_service_answers(ingest: Driver) -> None:
    unread = webhook({"id": "no number"}, "orders/create")
    unread["headers"]["X-Shopify-Webhook-Id"] = "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"
    await ingest.http.post("/webhooks/shopify", **unread)

    await try_all(
        ingest,
        [
            Example("What waits for a person", "GET", LIST, query={"limit": "10"}),
            Example("Too many at once", "GET", LIST, query={"limit": "9000"}, status=422),
            Example("After an update", "POST", AGAIN, names={"delivery_id": "1"}),
            Example("No such delivery", "POST", AGAIN, names={"delivery_id": "4711"}, status=404),
            Example(
                "A URL that is not ours",
                "GET",
                PAYLOAD,
                names={"delivery_id": "1"},
                query={"expires": "1800000000", "signature": "0" * 64},
                status=403,
            ),
        ],
    )
