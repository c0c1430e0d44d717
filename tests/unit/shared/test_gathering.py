"""What can wait is gathered: nothing is lost by it, and no life gets out of order."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from shared.gathering import part


class Said(NamedTuple):
    """The so-manieth thing, of a kind that is lower case where it can wait."""

    number: int
    kind: str
    key: str


waiting = st.lists(st.tuples(st.sampled_from("ABab"), st.sampled_from("xyz")), max_size=30).map(
    lambda pairs: [Said(number, *pair) for number, pair in enumerate(pairs)]
)


def parted(items: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    return part(items, lambda item: item.kind.islower(), lambda item: item.kind.upper())


@given(waiting)
def test_nothing_is_lost_and_nothing_made_up(items: list[Said]) -> None:
    now, later = parted(items)

    assert sorted(now + later) == items


@given(waiting)
def test_only_what_can_wait_is_left_for_later(items: list[Said]) -> None:
    _, later = parted(items)

    assert all(item.kind.islower() for item in later)


@given(waiting)
def test_none_of_a_key_is_passed_by_another(items: list[Said]) -> None:
    now, later = parted(items)
    lives: defaultdict[str, list[int]] = defaultdict(list)
    for item in now + later:
        lives[item.key].append(item.number)

    assert all(life == sorted(life) for life in lives.values())


def test_what_goes_the_same_way_goes_along() -> None:
    items = [Said(0, "a", "x"), Said(1, "b", "y"), Said(2, "A", "z")]

    assert parted(items) == ([items[0], items[2]], [items[1]])


def test_nothing_is_done_while_everything_can_wait() -> None:
    items = [Said(0, "a", "x"), Said(1, "b", "y")]

    assert parted(items) == ([], items)
