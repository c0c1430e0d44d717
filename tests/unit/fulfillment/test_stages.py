"""Where an order stands, whatever words the provider has for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fulfillment.domain.stages import (
    RANKS,
    STATUS_MAP,
    Stage,
    next_stage,
    status_map,
    unknown_words,
)

STAGES = st.sampled_from(list(Stage))
WORDS = st.lists(st.one_of(st.sampled_from(sorted(STATUS_MAP)), st.text(max_size=12)), max_size=3)


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        (("Pending", "unfulfilled"), Stage.PENDING),
        (("In Production", "in_production"), Stage.IN_PRODUCTION),
        (("Quality Check", ""), Stage.IN_PRODUCTION),
        (("In Production", "partially_shipped"), Stage.PARTLY_SHIPPED),
        (("Shipped", "shipped"), Stage.SHIPPED),
        (("DELIVERED", "fulfilled"), Stage.DELIVERED),
        (("Canceled", "unfulfilled"), Stage.CANCELLED),
    ],
)
def test_the_documented_words_are_known(words: tuple[str, str], stage: Stage) -> None:
    assert next_stage(Stage.PENDING, words, STATUS_MAP) is stage
    assert unknown_words(words, STATUS_MAP) == []


def test_an_unknown_word_changes_nothing_and_is_named() -> None:
    assert next_stage(Stage.IN_PRODUCTION, ["Sewing"], STATUS_MAP) is Stage.IN_PRODUCTION
    assert unknown_words(["Sewing", "On Hold"], STATUS_MAP) == ["Sewing"]


def test_an_operator_can_teach_it_words() -> None:
    known = status_map({"Sewing": "in_production", "shipped": ""})

    assert next_stage(Stage.PENDING, ["SEWING"], known) is Stage.IN_PRODUCTION
    assert next_stage(Stage.PENDING, ["shipped"], known) is Stage.PENDING


def test_a_late_answer_does_not_bring_an_order_back() -> None:
    assert next_stage(Stage.SHIPPED, ["Pending"], STATUS_MAP) is Stage.SHIPPED


def test_what_has_shipped_cannot_be_cancelled_any_more() -> None:
    assert next_stage(Stage.SHIPPED, ["Cancelled"], STATUS_MAP) is Stage.SHIPPED
    assert next_stage(Stage.PENDING, ["Cancelled", "shipped"], STATUS_MAP) is Stage.SHIPPED


@given(STAGES, WORDS)
def test_no_words_ever_move_an_order_back(stage: Stage, words: list[str]) -> None:
    after = next_stage(stage, words, STATUS_MAP)

    assert RANKS[after] >= RANKS[stage] or stage is Stage.CANCELLED


@given(STAGES, WORDS)
def test_the_same_words_again_change_nothing(stage: Stage, words: list[str]) -> None:
    after = next_stage(stage, words, STATUS_MAP)

    assert next_stage(after, words, STATUS_MAP) is after


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_can_be_reached(stage: Stage) -> None:
    assert stage in {next_stage(Stage.PENDING, [word], STATUS_MAP) for word in STATUS_MAP}
