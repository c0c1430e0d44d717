"""A circuit breaker leaves an outside system alone for a while."""

import pytest
from structlog.testing import capture_logs

from shared.breaker import FAILURES_MAX, FIRST_SECONDS, HOLD_SECONDS_MAX, LAST_SECONDS, Breaker
from shared.metrics import Metrics


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("outside", Metrics(), clock=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_that_a_budget_is_minded_is_no_trouble_and_is_not_said(
    breaker: Breaker, clock: Clock
) -> None:
    with capture_logs() as said:
        breaker.rest(2.0)
    assert breaker.is_open
    assert breaker.seconds_left == 2.0
    assert said == []

    clock.now += 2.0
    assert not breaker.is_open
    with capture_logs() as said:
        breaker.hold(2.0)
    assert [each["event"] for each in said] == ["outside_system_held"]


def test_a_few_failures_leave_it_closed(breaker: Breaker) -> None:
    fail(breaker, FAILURES_MAX - 1)

    assert not breaker.is_open


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    fail(breaker, FAILURES_MAX)

    assert breaker.is_open


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    fail(breaker, FAILURES_MAX - 1)
    breaker.succeeded()
    fail(breaker, FAILURES_MAX - 1)

    assert not breaker.is_open


def test_one_thing_that_fails_again_and_again_never_opens_it(
    breaker: Breaker, clock: Clock
) -> None:
    for attempts in range(1, 20):
        breaker.failed()
        assert not breaker.is_open
        clock.now += min(0.5 * 2 ** (attempts - 1), 150)


def test_what_fails_side_by_side_is_one_failed_trial(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES_MAX)
    clock.now += FIRST_SECONDS
    fail(breaker, 4)

    clock.now += 2 * FIRST_SECONDS
    assert not breaker.is_open


def test_it_may_be_tried_again_after_its_time(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES_MAX)
    clock.now += 1

    assert not breaker.is_open


def test_a_failed_trial_opens_it_at_once(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES_MAX)
    clock.now += LAST_SECONDS
    fail(breaker, 1)

    assert breaker.is_open


def test_it_never_stays_open_for_longer_than_its_limit(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 10_000)
    clock.now += LAST_SECONDS

    assert not breaker.is_open


def test_being_asked_to_wait_is_no_failure(breaker: Breaker, clock: Clock) -> None:
    for _ in range(FAILURES_MAX * 2):
        breaker.failed(retry_after=3)

    assert breaker.is_open
    clock.now += 3
    assert not breaker.is_open


def test_nobody_can_make_it_wait_for_ever(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(retry_after=10**9)
    clock.now += HOLD_SECONDS_MAX

    assert not breaker.is_open


def test_a_shorter_wait_does_not_end_a_longer_one(breaker: Breaker, clock: Clock) -> None:
    breaker.hold(10)
    breaker.hold(1)
    clock.now += 5

    assert breaker.is_open


def test_its_state_is_in_the_metrics(clock: Clock) -> None:
    metrics = Metrics()
    breaker = Breaker("outside", metrics, clock=clock)
    breaker.hold(1)

    assert metrics.registry.get_sample_value("platen_outside_held", {"system": "outside"}) == 1.0
