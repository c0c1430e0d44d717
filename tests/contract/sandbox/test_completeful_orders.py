"""Orders at the sandbox Completeful: checked first, and taken once."""

import asyncio
import hashlib

import httpx
import pytest

from tests.contract.sandbox.world import (
    FRONT,
    ORDERS,
    TEE,
    TEE_WHITE_M,
    TEST_KEY,
    FileServer,
    Json,
    create,
    mug_order,
    png,
    records,
)


async def test_the_same_external_id_is_taken_once(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    order = mug_order("A-1", files.put("a.png", png()))

    first, again = [await create(completeful, order) for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["order"]["id"] == again.json()["order"]["id"]
    [record] = await records(completeful)
    assert record["creations"] == 2


async def test_the_same_order_at_the_same_instant_is_taken_once(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    order = mug_order("A-1", files.put("a.png", png()))

    answers = await asyncio.gather(*(create(completeful, order) for _ in range(5)))

    assert sorted(each.status_code for each in answers) == [200, 200, 200, 200, 201]
    assert len(await records(completeful)) == 1


async def test_an_idempotency_key_replays_the_first_answer(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    order = mug_order(None, files.put("a.png", png()))

    first, again = [await create(completeful, order, "k-1") for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(await records(completeful)) == 1


async def test_an_idempotency_key_with_another_body_conflicts(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    url = files.put("a.png", png())
    await create(completeful, mug_order("A-1", url), "k-1")

    answer = await create(completeful, mug_order("A-2", url), "k-1")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reuse")


async def test_print_files_are_downloaded_and_remembered(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    body = png()

    await create(completeful, mug_order("A-1", files.put("a.png", body)))

    [record] = await records(completeful)
    [file] = record["print_files"]
    assert file["sha256"] == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "print_file_unreachable"),
        (b"\xff\xd8\xff\xe0 a JPEG", "print_file_not_png"),
        (png(2700, 1124), "print_file_wrong_size"),
        (png()[:-40], "print_file_corrupt"),
        (png().replace(b"IEND", b"IENE"), "print_file_corrupt"),
    ],
    ids=["missing", "jpeg", "pixels", "cut off", "damaged"],
)
async def test_an_order_with_an_unfit_print_file_is_refused(
    completeful: httpx.AsyncClient, files: FileServer, body: bytes | None, code: str
) -> None:
    good = files.put("good.png", png())
    bad = files.put("bad.png", body) if body is not None else f"{files.url}/bad.png"

    answer = await create(completeful, mug_order("A-1", good, bad))

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert problem["field"] == "line_items[1].print_files[0].url"
    assert problem["remediation"]
    assert await records(completeful) == []


async def test_a_refused_order_is_taken_when_its_file_is_right(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    url = f"{files.url}/late.png"
    refused = await create(completeful, mug_order("A-1", url), "k-1")
    files.put("late.png", png())

    taken = await create(completeful, mug_order("A-1", url), "k-1")

    assert (refused.status_code, taken.status_code) == (422, 201)


async def test_a_shirt_takes_a_file_of_24_megapixels(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    order = mug_order("A-1", files.put("shirt.png", png(4500, 5400)))
    order["line_items"][0] |= {"catalog_product_id": TEE, "variant_id": TEE_WHITE_M}
    order["line_items"][0]["print_files"][0]["print_location_id"] = FRONT

    answer = await create(completeful, order)

    assert answer.status_code == 201
    assert answer.json()["order"]["subtotal"] == 8.95


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": 0}, "line_items[0].quantity"),
        ({"variant_id": TEE_WHITE_M}, "line_items[0].variant_id"),
        ({"catalog_product_id": FRONT}, "line_items[0].catalog_product_id"),
        ({"print_files": []}, "line_items[0].print_files"),
    ],
)
async def test_a_refusal_names_the_field_to_correct(
    completeful: httpx.AsyncClient, change: Json, field: str
) -> None:
    order = mug_order("A-1", "http://127.0.0.1:9/a.png")
    order["line_items"][0] |= change

    answer = await create(completeful, order)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_test_key_is_a_dry_run(completeful: httpx.AsyncClient, files: FileServer) -> None:
    completeful.headers["Authorization"] = f"Bearer {TEST_KEY}"

    answer = await create(completeful, mug_order("A-1", files.put("a.png", png())))

    assert answer.status_code == 201
    assert (answer.headers["X-Capp-Mode"], answer.headers["X-Capp-Dry-Run"]) == ("test", "true")
    assert answer.json()["dry_run"]["mode"] == "test"
    assert await records(completeful) == []


@pytest.mark.parametrize("key", ["", "Bearer capp_live_1.other"])
async def test_an_unknown_key_is_not_let_in(completeful: httpx.AsyncClient, key: str) -> None:
    answer = await completeful.get("/v1/shops", headers={"Authorization": key})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_what_is_not_there_is_not_found(completeful: httpx.AsyncClient) -> None:
    paths = [f"{ORDERS}/lookup/A-9", f"{ORDERS}/{FRONT}", f"/v1/shops/{FRONT}", "/v1/nothing"]

    answers = [await completeful.get(path) for path in paths]

    assert [each.status_code for each in answers] == [404] * 4
    assert {each.json()["code"] for each in answers} == {"not_found"}


async def test_orders_are_paged_by_cursor(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    url = files.put("a.png", png())
    for key in "ABC":
        await create(completeful, mug_order(key, url))

    first = (await completeful.get(f"{ORDERS}?limit=2")).json()
    rest = (await completeful.get(f"{ORDERS}?cursor={first['pagination']['next_cursor']}")).json()

    keys = [[each["external_order_id"] for each in page["orders"]] for page in (first, rest)]
    assert keys == [["A", "B"], ["C"]]
    assert rest["pagination"]["has_more"] is False
