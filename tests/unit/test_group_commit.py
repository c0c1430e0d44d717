"""Group commit: what arrives together is stored together, and one bad item fails alone."""

import asyncio
from collections.abc import Sequence

import pytest

from shared import group_commit
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


async def test_many_that_wait_are_stored_in_two_even_groups() -> None:
    ledger = Ledger()
    commits = GroupCommit(ledger.commit)

    await asyncio.gather(*[commits.add(item) for item in range(64)])

    assert [len(group) for group in ledger.groups] == [32, 32]


async def test_what_missed_a_group_is_made_even_with_those_who_come_again() -> None:
    ledger = Ledger()
    commits = GroupCommit(ledger.commit)

    async def come_again(item: int) -> None:
        for _ in range(5):
            await commits.add(item)

    await asyncio.gather(commits.add(0), *[come_again(item) for item in range(63)])

    assert max(len(group) for group in ledger.groups) == 32


async def test_a_bad_item_fails_alone_and_its_neighbours_are_stored() -> None:
    commits = GroupCommit(Ledger().commit)

    results = await asyncio.gather(
        *[commits.add(item) for item in (1, -1, 2)], return_exceptions=True
    )

    assert isinstance(results[1], ValueError)
    assert [results[0], results[2]] == [10, 20]


async def test_nobody_waits_for_ever_for_a_result_that_is_missing() -> None:
    async def forget_one(items: Sequence[int]) -> list[int]:
        return list(items[1:])

    commits = GroupCommit(forget_one)

    async with asyncio.timeout(60):
        results = await asyncio.gather(
            *[commits.add(item) for item in range(3)], return_exceptions=True
        )

    assert [str(each) for each in results] == ["2 results for 3 items"] * 3


async def test_a_bad_item_is_found_by_halving_its_group() -> None:
    ledger = Ledger()
    commits = GroupCommit(ledger.commit)

    await asyncio.gather(
        *[commits.add(item) for item in [*range(7), -1, *range(7, 15)]], return_exceptions=True
    )

    assert [len(group) for group in ledger.groups] == [4, 2, 1, 8]
    assert [item for group in ledger.groups for item in group] == list(range(15))


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


class Stuck(Ledger):
    """A database that answers nobody until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = asyncio.Event()
        self.let_go = asyncio.Event()

    async def commit(self, items: Sequence[int]) -> list[int]:
        self.entered.set()
        await self.let_go.wait()
        return await super().commit(items)


async def test_a_group_never_takes_more_bytes_than_one_statement_should() -> None:
    ledger = Ledger()
    commits = GroupCommit(ledger.commit, size_of=lambda _: group_commit.GROUP_BYTES_MAX // 2)

    await asyncio.gather(*[commits.add(item) for item in range(7)])

    assert ledger.groups == [[0, 1], [2, 3], [4, 5], [6]]


async def test_more_bytes_than_memory_should_hold_are_refused() -> None:
    ledger = Stuck()
    commits = GroupCommit(ledger.commit, size_of=lambda _: group_commit.WAITING_BYTES_MAX // 2)
    waiting = [asyncio.create_task(commits.add(0))]
    await ledger.entered.wait()
    waiting += [asyncio.create_task(commits.add(item)) for item in (1, 2)]
    await asyncio.sleep(0)

    with pytest.raises(Overloaded):
        await commits.add(3)

    ledger.let_go.set()
    assert await asyncio.gather(*waiting) == [0, 10, 20]
    assert await commits.add(4) == 40


async def test_a_commit_that_takes_too_long_fails_its_group() -> None:
    ledger = Stuck()
    commits = GroupCommit(ledger.commit, seconds_max=0.3)

    with pytest.raises(TimeoutError):
        await commits.add(1)

    ledger.let_go.set()
    assert await commits.add(2) == 20
    assert ledger.groups == [[2]]


async def test_an_item_that_waited_too_long_is_not_stored_late() -> None:
    ledger = Ledger()
    commits = GroupCommit(ledger.commit, seconds_max=1e-9)

    with pytest.raises(Overloaded):
        await commits.add(1)

    assert ledger.groups == []
