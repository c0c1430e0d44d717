"""A short round of chaos on real parts, as a part of every run of the tests."""

from pathlib import Path

import pytest

from deploy.chaos.rounds import Outcome, Pace
from deploy.chaos.run import run_rounds

SEED = 82
PACE = Pace(seconds=12.0, orders_per_second=2.0)


@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    outcomes: list[Outcome] = []

    await run_rounds(tmp_path, [SEED], PACE, outcomes.append)

    [outcome] = outcomes
    assert list(outcome.problems) == [], f"the logs are in {tmp_path}"
    assert outcome.orders >= PACE.seconds
