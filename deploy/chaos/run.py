"""Rounds of chaos, one after another on one system, until one finds something."""

from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.chaos.collecting import remember_promises
from deploy.chaos.people import publish
from deploy.chaos.rounds import Outcome, Pace, play
from deploy.chaos.site import running_site


async def run_rounds(
    folder: Path, seeds: Iterable[int], pace: Pace, tell: Callable[[Outcome], None]
) -> bool:
    """Play a round for each seed; False, and no further round, when one finds something.

    The system lives on from round to round, and each judgement takes in all rounds before it.
    """
    async with running_site(folder) as site:
        await remember_promises(site)
        await publish(site)
        for seed in seeds:
            outcome = await play(site, seed, pace)
            tell(outcome)
            if outcome.problems:
                return False
    return True
