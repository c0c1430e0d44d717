"""When a reader that complains is in trouble, and when it is given up."""

import logging

import pytest
from aiokafka.errors import GroupAuthorizationFailedError

from shared.complaints import IN_A_ROW_MAX, PART, Complaints
from shared.ending import Ending


@pytest.fixture
async def ending() -> Ending:
    return Ending()


@pytest.fixture
def complaints(ending: Ending) -> Complaints:
    return Complaints(ending)


def complain(complaints: Complaints, error: BaseException) -> None:
    complaints.log(logging.ERROR, "Kafka error occurred", exc_info=error)


async def test_what_is_only_told_is_no_complaint(complaints: Complaints, ending: Ending) -> None:
    complaints.log(logging.INFO, "Received")

    assert (complaints.trouble, ending.died) == ("", [])


async def test_one_complaint_is_trouble_and_not_the_end(
    complaints: Complaints, ending: Ending
) -> None:
    complain(complaints, GroupAuthorizationFailedError("approval"))

    assert complaints.trouble == "cannot be read: GroupAuthorizationFailedError"
    assert ending.died == []


async def test_a_reader_that_goes_on_complaining_is_given_up(
    complaints: Complaints, ending: Ending
) -> None:
    for _ in range(IN_A_ROW_MAX):
        complain(complaints, GroupAuthorizationFailedError("approval"))

    assert ending.died == [PART]


async def test_complaints_far_apart_are_not_counted_together(
    complaints: Complaints, ending: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.complaints.AGAIN_SECONDS", -1.0)

    for _ in range(2 * IN_A_ROW_MAX):
        complain(complaints, GroupAuthorizationFailedError("approval"))

    assert (complaints.trouble, ending.died) == ("", [])


async def test_what_is_not_kafkas_is_the_end_at_once(
    complaints: Complaints, ending: Ending
) -> None:
    complain(complaints, AssertionError("a fault of the library"))

    assert ending.died == [PART]
