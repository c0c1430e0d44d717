"""What an outside system's answer says of when to come back."""

from datetime import UTC, datetime

import pytest

from shared.breaker import HOLD_SECONDS_MAX
from shared.connections import Answer, describe
from shared.outside import retry_after

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Thu, 01 Oct 2026 12:00:30 GMT", 30.0),
        ("Thu, 01 Oct 2026 12:00:30 -0000", 30.0),
        ("Thu, 01 Oct 2026 11:00:00 GMT", 0.0),
        ("86400", HOLD_SECONDS_MAX),
        ("9" * 400, HOLD_SECONDS_MAX),
        ("Fri, 31 Dec 9999 23:59:59 GMT", HOLD_SECONDS_MAX),
        ("soon", None),
        ("-1", None),
        ("Thu, 01 Oct 99999999999 12:00:30 GMT", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    answer = Answer(429, headers={"retry-after": value})

    assert retry_after(answer, NOW) == seconds


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Thu, 01 Oct 2026 15:00:00 GMT", 30.0),
        ("Thu, 01 Oct 2026 11:00:00 GMT", HOLD_SECONDS_MAX),
        ("Thu, 01 Oct 2026 16:00:00 GMT", 0.0),
        ("yesterday", HOLD_SECONDS_MAX),
        ("Thu, 01 Oct 2026 99:00:00 GMT", HOLD_SECONDS_MAX),
        ("", HOLD_SECONDS_MAX),
    ],
)
def test_a_date_is_read_by_the_clock_that_dates_the_answer(date: str, seconds: float) -> None:
    headers = {"retry-after": "Thu, 01 Oct 2026 15:00:30 GMT", "date": date}

    assert retry_after(Answer(503, headers=headers), NOW) == seconds


def test_seconds_need_no_clock() -> None:
    headers = {"retry-after": "7", "date": "Thu, 01 Oct 2026 15:00:00 GMT"}

    assert retry_after(Answer(503, headers=headers), NOW) == 7.0


def test_an_answer_may_say_nothing_of_it() -> None:
    assert retry_after(Answer(503), NOW) is None


@pytest.mark.parametrize(
    ("error", "text"), [(TimeoutError(), "TimeoutError"), (OSError("no route"), "no route")]
)
def test_every_error_has_words(error: Exception, text: str) -> None:
    assert describe(error) == text
