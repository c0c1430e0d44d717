"""Group commit: what arrives together is stored together, and one bad item fails alone."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.group_commit import GroupCommit, Overloaded


class Ledger:
    def __init__(self) -> None:
        self.groups: list[list[int]] = []

    async def commit(self, items: Sequence[int]) -> list[int]:
        await asyncio.sleep(0)
        if any(item < 0 for item in items):
            raise ValueError("negative")
        self.groups.append(list(items))
        return [item * 10 for item in items]


async def test_items_that_wait_for_a_commit_share_the_next() -> None:
    ledger = Ledger()
    commits = GroupCommit(ledger.commit)

    results = await asyncio.gather(*[commits.add(item) for item in range(5)])

    assert results == [0, 10, 20, 30, 40]
    assert ledger.groups == [[0, 1, 2, 3, 4]]


async def test_a_bad_item_fails_alone_and_its_neighbours_are_stored() -> None:
    commits = GroupCommit(Ledger().commit)

    results = await asyncio.gather(
        *[commits.add(item) for item in (1, -1, 2)], return_exceptions=True
    )

    assert isinstance(results[1], ValueError)
    assert [results[0], results[2]] == [10, 20]


async def test_who_gave_up_waiting_does_not_disturb_the_others() -> None:
    commits = GroupCommit(Ledger().commit)
    impatient = asyncio.create_task(commits.add(1))
    patient = asyncio.create_task(commits.add(2))
    await asyncio.sleep(0)

    impatient.cancel()

    assert await patient == 20


async def test_more_than_memory_should_hold_is_refused() -> None:
    commits = GroupCommit(Ledger().commit, waiting_max=2)
    waiting = [asyncio.create_task(commits.add(item)) for item in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(Overloaded):
        await commits.add(3)
    await asyncio.gather(*waiting)
