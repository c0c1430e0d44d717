"""Webhooks that are refused, and those that are kept for a person."""

from shared.events import OrderReceived
from tests.integration.ingest.calling import kinds, post
from tests.support.service import Driver
from tests.support.shopify import shopify_order, webhook


async def test_a_bad_signature_is_refused_and_nothing_is_kept(ingest: Driver) -> None:
    response = await post(ingest, webhook(b"{not json", secret="wrong"))

    assert response.status_code == 401
    assert await ingest.says() == []
    assert (await ingest.http.get("/v1/deliveries/unreadable")).json() == []


async def test_any_of_several_secrets_may_have_signed(ingest: Driver) -> None:
    response = await post(ingest, webhook(shopify_order(), secret="older"))

    assert response.status_code == 200


async def test_a_shop_that_is_not_ours_is_refused(ingest: Driver) -> None:
    request = webhook(shopify_order(), X_Shopify_Shop_Domain="other.myshopify.com")

    assert (await post(ingest, request)).status_code == 401


async def test_malformed_json_is_kept_for_a_person_with_the_reason(ingest: Driver) -> None:
    response = await post(ingest, webhook(b'{"id": 1,'))

    assert response.status_code == 200
    assert "EOF" in response.json()["kept_for_a_person"]
    [kept] = (await ingest.http.get("/v1/deliveries/unreadable")).json()
    assert kept["body_bytes"] == 9


async def test_an_order_that_cannot_be_read_is_kept_for_a_person(ingest: Driver) -> None:
    response = await post(ingest, webhook({"id": "not a number"}))

    assert response.status_code == 200
    [kept] = (await ingest.http.get("/v1/deliveries/unreadable")).json()
    assert "id" in kept["problem"]


async def test_an_order_of_five_megabytes_is_taken(ingest: Driver) -> None:
    response = await post(ingest, webhook(shopify_order(note="x" * 5_000_000)))

    assert response.status_code == 200
    assert kinds(await ingest.says()) == [OrderReceived]


async def test_a_body_over_ten_mebibytes_is_refused(ingest: Driver) -> None:
    response = await post(ingest, webhook(b" " * (10 * 1024 * 1024 + 1)))

    assert response.status_code == 413


async def test_an_unknown_topic_with_a_good_signature_is_kept(ingest: Driver) -> None:
    response = await post(ingest, webhook({"id": 1}, "app/uninstalled"))

    assert response.status_code == 200
    assert await ingest.says() == []


async def test_a_webhook_without_a_topic_is_kept_for_a_person(ingest: Driver) -> None:
    answer = await post(ingest, webhook(shopify_order(), ""))

    assert answer.json() == {"kept_for_a_person": "the header X-Shopify-Topic is missing"}
    assert await ingest.says() == []
