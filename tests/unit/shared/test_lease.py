"""A lease is renewed while its work goes on."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from structlog.testing import capture_logs

from shared.lease import Renewing
from shared.patience import until

LEASE = timedelta(milliseconds=3)


class Renewals:
    """Counts renewals; says no, or breaks, when told to."""

    def __init__(self, answers: Sequence[bool | type[Exception]]) -> None:
        self.count = 0
        self.enough = asyncio.Event()
        self._answers = list(answers)

    async def __call__(self) -> bool:
        self.count += 1
        answer = self._answers.pop(0) if self._answers else True
        if not self._answers:
            self.enough.set()
        if isinstance(answer, type):
            raise answer
        return answer


async def test_it_is_renewed_until_the_work_is_done() -> None:
    renewals = Renewals([True, True, True])

    async with Renewing(renewals, LEASE):
        await renewals.enough.wait()

    count = renewals.count
    await asyncio.sleep(0)
    assert renewals.count == count >= 3


async def test_a_database_that_is_away_for_a_moment_does_not_end_it() -> None:
    renewals = Renewals([OSError, TimeoutError, True])

    async with Renewing(renewals, LEASE):
        await renewals.enough.wait()

    assert renewals.count >= 3


async def test_a_lost_lease_is_not_asked_for_again() -> None:
    renewals = Renewals([False])

    async with Renewing(renewals, LEASE):
        await renewals.enough.wait()
        others = Renewals([True, True, True])
        async with Renewing(others, LEASE):
            await others.enough.wait()

    assert renewals.count == 1


async def test_work_that_ends_while_its_lease_is_renewed_has_lost_nothing() -> None:
    renewals = Renewals([False])

    with capture_logs() as logs:
        async with Renewing(renewals, LEASE):
            await renewals.enough.wait()

    assert logs == []


async def test_work_that_goes_on_without_its_lease_is_told_of() -> None:
    renewals = Renewals([False])

    async def is_told_of() -> bool:
        return bool(logs)

    with capture_logs() as logs:
        async with Renewing(renewals, LEASE):
            await until(is_told_of, every_seconds=0.001)

    assert [entry["event"] for entry in logs] == ["lease_lost"]
