"""The door of the sandbox storefront's Admin API: tokens, costs, pages, errors and faults."""

import httpx
import pytest

from tests.contract.sandbox.asking import CHANGED, ORDER, PATH, ask, fulfill, look, place


async def test_the_effect_of_a_lost_answer_is_there(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)
    lost = {"fault": "lost_answer", "match": "fulfillmentCreate"}
    await storefront.post("/sandbox/faults", json=lost)

    with pytest.raises(httpx.RemoteProtocolError):
        await fulfill(storefront, order)

    assert len((await look(storefront, order))["fulfillments"]) == 1


async def test_a_wrong_token_is_not_let_in(storefront: httpx.AsyncClient) -> None:
    headers = {"X-Shopify-Access-Token": "shpat_other"}

    answer = await storefront.post(PATH, json={"query": "{ x }"}, headers=headers)

    assert answer.status_code == 401


async def test_an_empty_bucket_throttles_with_http_200(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)

    answers = [await ask(storefront, ORDER, id=order) for _ in range(60)]

    refused = [each for each in answers if "errors" in each]
    assert refused[0]["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in refused[0]
    cost = refused[0]["extensions"]["cost"]
    assert cost["requestedQueryCost"] > cost["throttleStatus"]["currentlyAvailable"]


async def test_what_a_query_did_not_use_is_given_back(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)

    cost = (await ask(storefront, ORDER, id=order))["extensions"]["cost"]

    assert cost["actualQueryCost"] < cost["requestedQueryCost"]
    assert cost["throttleStatus"]["currentlyAvailable"] == 500 - cost["actualQueryCost"]


async def test_changed_orders_are_paged_in_order_of_change(storefront: httpx.AsyncClient) -> None:
    first, second, third = [await place(storefront) for _ in range(3)]
    await fulfill(storefront, first)

    page = (await ask(storefront, CHANGED, since="updated_at:>'2026-01-01T00:00:00Z'"))["data"]
    cursor = page["orders"]["pageInfo"]["endCursor"]
    rest = (await ask(storefront, CHANGED, after=cursor))["data"]

    assert [each["id"] for each in page["orders"]["nodes"]] == [second, third]
    assert page["orders"]["pageInfo"]["hasNextPage"] is True
    assert [each["id"] for each in rest["orders"]["nodes"]] == [first]


async def test_orders_changed_long_ago_are_left_out(storefront: httpx.AsyncClient) -> None:
    await place(storefront)

    body = await ask(storefront, CHANGED, since="updated_at:>2999-01-01T00:00:00Z")

    assert body["data"]["orders"]["nodes"] == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ order(id: 1) { nonsense } }", "Cannot query field"),
        ("{ orders(sortKey: ID) { nodes { id } } }", "you must provide one of first or last"),
        ('{ order(id: "1") { id } }', "Invalid global id"),
        ('{ orders(first: 1, query: "tag:x") { nodes { id } } }', "understands only"),
        ("{", "Syntax Error"),
    ],
)
async def test_a_bad_document_is_answered_with_errors(
    storefront: httpx.AsyncClient, query: str, message: str
) -> None:
    body = await ask(storefront, query)

    assert message in body["errors"][0]["message"]


async def test_a_fault_breaks_the_api_and_not_the_control(storefront: httpx.AsyncClient) -> None:
    await storefront.post("/sandbox/faults", json={"fault": "error"})

    broken, whole = [
        await storefront.post(PATH, json={"query": "{ __typename }"}) for _ in range(2)
    ]

    assert (broken.status_code, whole.status_code) == (500, 200)


async def test_a_fault_gives_no_answer_at_all(storefront: httpx.AsyncClient) -> None:
    await storefront.post("/sandbox/faults", json={"fault": "timeout", "seconds": 3600})

    hasty = httpx.Timeout(60, read=0.2)

    with pytest.raises(httpx.ReadTimeout):
        await storefront.post(PATH, json={"query": "{ __typename }"}, timeout=hasty)
