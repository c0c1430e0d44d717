"""What a service cannot read of the stream, as a person sees it, tries it again and skips it."""

from typing import Any

from shared.unread import HEAD, Unread
from tests.integration.approval.pressing import page, press, wishes
from tests.support.failures import ended, unread
from tests.support.service import Driver

NAME = "orders.v1/0@17-19"
NOBODY_KNOWS: dict[str, Any] = {
    "name": "orders.v1/0@17",
    "can_drop": False,
    "reason": "UnknownError",
}
OWN = Unread(
    "failures.v1", 0, 4, 5, "offsets 4 to 5 of partition 0: a wrong checksum", 9, bytes(HEAD.size)
)


async def listed(approval: Driver) -> list[dict[str, Any]]:
    failures: list[dict[str, Any]] = (await approval.http.get("/v1/failures")).json()["failures"]
    return failures


async def test_it_is_shown_with_its_place_its_reason_and_what_waits(signed_in: Driver) -> None:
    await signed_in.hears(unread())

    banner, shown = await page(signed_in, "/"), await page(signed_in)

    assert "The stream cannot be read on in 1 place, and what came behind it waits." in banner
    assert "fulfillment cannot read on in orders.v1, partition 0" in shown
    assert "The broker&#39;s disk gives these records otherwise than they were written: a" in shown
    assert "offsets 17 to 19 of partition 0: a wrong checksum" in shown
    assert "1,204 events wait behind it, at least." in shown


async def test_it_is_tried_again_or_skipped(signed_in: Driver) -> None:
    await signed_in.hears(unread())
    await press(signed_in, "retry")
    again = wishes(await signed_in.says())

    await signed_in.hears(unread())
    answer = await press(signed_in, "drop")

    assert again == [("FailureRetryRequested", "fulfillment", "unread", (NAME,))]
    asked = ("FailureDropRequested", "fulfillment", "unread", (NAME,))
    assert wishes(await signed_in.says()) == [asked]
    assert "Asked to skip it." in await page(signed_in, answer.headers["location"])
    await signed_in.hears(ended(unread()))
    assert "Nothing has failed" in await page(signed_in)


async def test_what_ends_nobody_knows_where_is_not_skipped(signed_in: Driver) -> None:
    await signed_in.hears(unread(**NOBODY_KNOWS))

    shown = await page(signed_in)

    assert "/failures/drop" not in shown
    assert "/failures/retry" in shown
    assert "it cannot be skipped" in shown


async def test_nor_is_it_skipped_by_a_program(approval: Driver) -> None:
    await approval.hears(unread(**NOBODY_KNOWS))

    body = {"service": "fulfillment", "kind": "unread", "names": ["orders.v1/0@17"]}
    answer = await approval.http.post("/v1/failures/give-up", json=body)

    assert answer.status_code == 409
    assert await approval.says() == []
    assert [each["can_give_up"] for each in await listed(approval)] == [False]


async def test_programs_see_what_waits_and_skip_it(approval: Driver) -> None:
    await approval.hears(unread())

    [shown] = await listed(approval)
    body = {"service": "fulfillment", "kind": "unread", "names": [NAME]}
    answer = await approval.http.post("/v1/failures/give-up", json=body)

    assert (shown["waiting"], shown["can_give_up"]) == (1_204, True)
    assert answer.json() == {"events": ["FailureDropRequested"]}


async def test_who_cannot_hear_a_wish_is_asked_by_a_command(signed_in: Driver) -> None:
    await signed_in.hears(unread("failures.v1/0@4-5", subject="failures.v1", can_retry=False))

    shown = await page(signed_in)

    assert "/failures/drop" not in shown
    assert "<code>platen unread skip fulfillment failures.v1/0@4-5</code>" in shown


async def test_rights_that_are_missing_in_several_partitions_are_one_failure(
    signed_in: Driver,
) -> None:
    reason = "TopicAuthorizationFailedError"
    places = [f"orders.v1/{number}@7" for number in range(2)]
    await signed_in.hears(*[unread(each, reason=reason, can_drop=False) for each in places])

    shown = await page(signed_in)

    assert "fulfillment cannot read on in orders.v1, 2 partitions" in shown
    assert "give its Kafka user the right to" in shown


async def test_what_approval_cannot_read_needs_no_stream(signed_in: Driver) -> None:
    news = signed_in.service.consumer.unread
    assert await news.meet(OWN, ["approval", "notifier"]) == OWN.offset
    shown = await page(signed_in)
    await press(signed_in, "drop", shown)
    asked = wishes(await signed_in.says())

    assert await news.meet(OWN, ["approval", "notifier"]) == 6
    assert "approval cannot read on in failures.v1, partition 0" in shown
    assert "with it stand still: notifier" in shown
    assert asked == []
    assert "Nothing has failed" in await page(signed_in)


async def test_what_the_stream_says_late_of_its_own_changes_nothing(signed_in: Driver) -> None:
    news = signed_in.service.consumer.unread
    await news.meet(OWN, ["approval"])
    said = await signed_in.says()
    await press(signed_in, "drop")
    await news.meet(OWN, ["approval"])

    await signed_in.hears(*said)

    assert "Nothing has failed" in await page(signed_in)
