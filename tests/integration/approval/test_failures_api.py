"""Failures over HTTP, for programs: listed, tried again, given up."""

from typing import Any

from tests.integration.approval.pressing import wishes
from tests.support.failures import ended, held, kept, product_set_aside, unreadable
from tests.support.service import Driver


def named(*names: str, service: str = "ingest", kind: str = "delivery") -> dict[str, Any]:
    return {"service": service, "kind": kind, "names": names}


async def listed(approval: Driver) -> list[dict[str, Any]]:
    answer = (await approval.http.get("/v1/failures")).json()
    failures: list[dict[str, Any]] = answer["failures"]
    return failures


async def test_failures_of_every_kind_are_listed_oldest_first(approval: Driver) -> None:
    await approval.hears(kept(), held(), product_set_aside(), unreadable())

    assert [each["kind"] for each in await listed(approval)] == [
        "delivery",
        "dead_letter",
        "held_promise",
        "deletion",
    ]


async def test_those_that_wait_are_tried_again(approval: Driver) -> None:
    await approval.hears(unreadable("17"), unreadable("18"), unreadable("19"))
    await approval.hears(ended(unreadable("18")))

    answer = await approval.http.post("/v1/failures/retry", json=named("17", "18"))

    assert answer.json() == {"events": ["FailureRetryRequested"]}
    asked = ("FailureRetryRequested", "ingest", "delivery", ("17",))
    assert wishes(await approval.says()) == [asked]
    assert [each["asked_by"] for each in await listed(approval)] == ["API key", None]


async def test_what_waits_no_more_is_refused(approval: Driver) -> None:
    answer = await approval.http.post("/v1/failures/retry", json=named("17"))

    assert (answer.status_code, answer.json()["code"]) == (409, "not_now")
    assert await approval.says() == []


async def test_who_cannot_be_asked_is_not(approval: Driver) -> None:
    await approval.hears(held("catalog.v1", service="catalog", can_retry=False))

    body = named("catalog.v1", service="catalog", kind="held_promise")
    answer = await approval.http.post("/v1/failures/retry", json=body)

    assert answer.status_code == 409


async def test_a_webhook_is_set_aside_and_a_held_promise_never_given_up(approval: Driver) -> None:
    await approval.hears(unreadable("17"), held())

    body = named("catalog.v1/adventure-tee", service="fulfillment", kind="held_promise")
    refused = await approval.http.post("/v1/failures/give-up", json=body)
    done = await approval.http.post("/v1/failures/give-up", json=named("17"))

    assert (refused.status_code, done.status_code) == (409, 200)
    asked = ("FailureDropRequested", "ingest", "delivery", ("17",))
    assert wishes(await approval.says()) == [asked]
