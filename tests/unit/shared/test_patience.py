"""How long to wait before trying again, and what is tried again at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.patience import FIRST_SECONDS, LAST_SECONDS, backoff_seconds, insist, until


class Flaky:
    """Fails so many times, and then answers."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures = failures
        self.error = error
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error
        return "answer"


@given(st.integers(min_value=1, max_value=10**6))
def test_a_wait_is_never_shorter_than_half_of_what_it_may_be(attempts: int) -> None:
    ceiling = min(LAST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempts - 1, 20))

    assert ceiling / 2 <= backoff_seconds(attempts) <= ceiling


def test_waits_differ_so_that_many_do_not_come_back_together() -> None:
    assert len({backoff_seconds(5) for _ in range(20)}) > 10


async def test_what_fails_for_a_passing_reason_is_tried_until_it_works() -> None:
    flaky = Flaky(3, TimeoutError())

    assert await insist(flaky, on=(TimeoutError,), what="test", last=0.01) == "answer"
    assert flaky.calls == 4


async def test_another_failure_is_raised_at_once() -> None:
    flaky = Flaky(3, KeyError("lasting"))

    with pytest.raises(KeyError):
        await insist(flaky, on=(TimeoutError,), what="test", last=0.01)

    assert flaky.calls == 1


async def test_a_question_is_asked_until_the_answer_is_yes() -> None:
    answers = iter([False, False, True])

    async def ask() -> bool:
        return next(answers)

    await until(ask, every_seconds=0.001)

    assert list(answers) == []
