"""What we understand of Completeful's answers, and what we send."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.fulfillment.completeful import DRY_RUN, Completeful
from shared.breaker import FAILURES_MAX, Breaker
from shared.connections import Unanswered, Unreached
from shared.metrics import Metrics
from shared.outside import DENIED_SECONDS, Away, Outside, Refused, Unavailable
from tests.support.connections import AnsweringConnections

Answer = Callable[[httpx.Request], httpx.Response]

ORDER = {"order": {"id": "cf-1", "status": "Pending", "line_items": [{"id": "l-1"}]}}
PROBLEM = {
    "error": "The print file cannot be downloaded: it answered 404",
    "code": "print_file_unreachable",
    "request_id": "7f6b1c9e-6a57-4a87-9a51-0d5a7f0a2f4e",
    "path": "/v1/shops/{shopId}/orders",
    "field": "line_items[0].print_files[0].url",
    "remediation": "See that the address can be reached from outside and has not expired.",
}


def completeful(answer: Answer) -> Completeful:
    connections = AnsweringConnections("https://vxapi.example/v1", answer)
    outside = Outside("Completeful", connections, Breaker("c", Metrics()))
    return Completeful(outside, "shop-1")


def answering(status: int, body: Any = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, json=body, headers=named)


def failing(error: type[Exception]) -> Answer:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error("no")

    return answer


async def test_an_order_is_sent_under_its_key() -> None:
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(201, json=ORDER, headers={"X-Capp-Mode": "live"})

    order = await completeful(answer).create(b'{"external_order_id": "o-1"}', "key-1")

    [request] = heard
    assert order.provider_order_id == "cf-1"
    assert str(request.url) == "https://vxapi.example/v1/shops/shop-1/orders"
    assert request.headers["Idempotency-Key"] == "key-1"
    assert json.loads(request.content) == {"external_order_id": "o-1"}


async def test_the_order_that_is_there_already_counts_as_placed() -> None:
    assert (await completeful(answering(200, ORDER)).create(b"{}", "k")).provider_order_id == "cf-1"


@pytest.mark.parametrize("header", [{"X_Capp_Dry_Run": "true"}, {"X_Capp_Mode": "test"}])
async def test_a_dry_run_is_never_a_submission(header: dict[str, str]) -> None:
    with pytest.raises(Refused, match="test mode") as caught:
        await completeful(answering(201, ORDER, **header)).create(b"{}", "k")

    assert caught.value.code == DRY_RUN


async def test_a_refusal_says_what_a_person_can_do() -> None:
    with pytest.raises(Refused, match=r"line_items\[0\].*has not expired") as caught:
        await completeful(answering(422, PROBLEM)).create(b"{}", "k")

    assert (caught.value.code, caught.value.is_conflict) == ("print_file_unreachable", False)


@pytest.mark.parametrize("body", [None, [], "no", {"error": None}])
async def test_a_refusal_without_words_still_has_a_reason(body: Any) -> None:
    with pytest.raises(Refused, match="HTTP 400") as caught:
        await completeful(answering(400, body)).create(b"{}", "k")

    assert caught.value.code == "http_400"


async def test_a_conflict_is_marked_as_one() -> None:
    with pytest.raises(Refused) as caught:
        await completeful(answering(409, {"code": "idempotency_key_reuse"})).create(b"{}", "k")

    assert caught.value.is_conflict


@pytest.mark.parametrize(("error", "is_ambiguous"), [(Unreached, False), (Unanswered, True)])
async def test_what_was_sent_without_an_answer_is_ambiguous(
    error: type[Exception], *, is_ambiguous: bool
) -> None:
    with pytest.raises(Away) as caught:
        await completeful(failing(error)).create(b"{}", "k")

    assert caught.value.is_ambiguous is is_ambiguous


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
async def test_trouble_after_sending_is_ambiguous(status: int) -> None:
    with pytest.raises(Away) as caught:
        await completeful(answering(status)).create(b"{}", "k")

    assert caught.value.is_ambiguous


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"order": {}}', b"[1]"])
async def test_a_success_that_cannot_be_read_is_ambiguous(body: bytes) -> None:
    with pytest.raises(Unavailable) as caught:
        await completeful(lambda _: httpx.Response(201, content=body)).create(b"{}", "k")

    assert caught.value.is_ambiguous
    assert not isinstance(caught.value, Away)


async def test_a_limit_says_when_to_come_back() -> None:
    client = completeful(answering(429, PROBLEM, Retry_After="7"))

    with pytest.raises(Unavailable) as caught:
        await client.create(b"{}", "k")

    assert (caught.value.retry_after, caught.value.is_ambiguous) == (7.0, False)
    assert client.breaker.is_open


@pytest.mark.parametrize("when", ["0", "Thu, 01 Jan 2026 00:00:00 GMT"])
async def test_trouble_that_says_to_come_back_at_once_opens_the_breaker_all_the_same(
    when: str,
) -> None:
    client = completeful(answering(503, Retry_After=when))

    for _ in range(FAILURES_MAX):
        with pytest.raises(Unavailable):
            await client.create(b"{}", "k")

    assert client.breaker.is_open


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_wrong_key_or_shop_is_not_the_orders_fault(status: int) -> None:
    client = completeful(answering(status, {"code": "x", "error": "x"}))

    with pytest.raises(Away) as caught:
        await client.create(b"{}", "k")

    assert (caught.value.retry_after, caught.value.is_ambiguous) == (DENIED_SECONDS, False)
    assert client.breaker.is_open


async def test_an_order_is_looked_up_by_our_id() -> None:
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(200, json=ORDER)

    found = await completeful(answer).look_up("o/1")

    assert found is not None
    assert paths == ["/v1/shops/shop-1/orders/lookup/o/1"]


async def test_an_order_that_is_not_there_is_none() -> None:
    assert await completeful(answering(404, {"code": "not_found"})).look_up("o-1") is None


async def test_amounts_are_read_exactly() -> None:
    body = b'{"order": {"id": "cf-1", "total": 13.70}}'

    order = await completeful(lambda _: httpx.Response(200, content=body)).read("cf-1")

    assert order.total == Decimal("13.70")


async def test_cancelling_too_late_is_refused_with_the_reason() -> None:
    problem = {
        "error": "The order is In Production and can no longer be cancelled",
        "code": "order_not_cancellable",
        "remediation": "Only pending orders can be cancelled.",
    }

    with pytest.raises(Refused, match="In Production"):
        await completeful(answering(409, problem)).cancel("cf-1")
