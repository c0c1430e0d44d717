"""When a reader that complains is in trouble, and when it is given up."""

import pytest
from aiokafka.errors import GroupAuthorizationFailedError

from shared.complaints import IN_A_ROW_MAX, Complaints


@pytest.fixture
def complaints(monkeypatch: pytest.MonkeyPatch) -> Complaints:
    monkeypatch.setattr("shared.complaints.PAUSE_SECONDS", 0.0)
    return Complaints()


async def complain(complaints: Complaints) -> None:
    await complaints.heed(GroupAuthorizationFailedError("approval"))


async def test_one_complaint_is_trouble_and_not_the_end(complaints: Complaints) -> None:
    await complain(complaints)

    assert complaints.trouble == "cannot be read: GroupAuthorizationFailedError"


async def test_a_reader_that_goes_on_complaining_is_given_up(complaints: Complaints) -> None:
    for _ in range(IN_A_ROW_MAX - 1):
        await complain(complaints)

    with pytest.raises(GroupAuthorizationFailedError):
        await complain(complaints)


async def test_complaints_far_apart_are_not_counted_together(
    complaints: Complaints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.complaints.AGAIN_SECONDS", -1.0)

    for _ in range(2 * IN_A_ROW_MAX):
        await complain(complaints)

    assert complaints.trouble == ""
