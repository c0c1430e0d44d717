"""Where an order stands at the provider, whatever words the provider has for it."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Stage(StrEnum):
    """How far an order is. It only ever goes on; CANCELLED ends it."""

    PENDING = "pending"
    IN_PRODUCTION = "in_production"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


RANKS = {stage: rank for rank, stage in enumerate(Stage)}

# The published schema calls these fields "string"; the words are those of its sellers' handbook
# and of comparable providers. None: known, and says nothing of how far the order is.
STATUS_MAP: Mapping[str, Stage | None] = {
    "pending": Stage.PENDING,
    "unfulfilled": Stage.PENDING,
    "new": Stage.PENDING,
    "received": Stage.PENDING,
    "processing": Stage.PENDING,
    "in production": Stage.IN_PRODUCTION,
    "sent to production": Stage.IN_PRODUCTION,
    "printing": Stage.IN_PRODUCTION,
    "quality check": Stage.IN_PRODUCTION,
    "partially shipped": Stage.PARTLY_SHIPPED,
    "partly shipped": Stage.PARTLY_SHIPPED,
    "partially fulfilled": Stage.PARTLY_SHIPPED,
    "shipped": Stage.SHIPPED,
    "fulfilled": Stage.SHIPPED,
    "delivered": Stage.DELIVERED,
    "cancelled": Stage.CANCELLED,
    "canceled": Stage.CANCELLED,
    "on hold": None,
    "refunded": None,
    "": None,
}

_GAPS = re.compile(r"[\s_-]+")


def normalised(word: str) -> str:
    """Write a status as the map's keys are written."""
    return _GAPS.sub(" ", word.strip().casefold())


def status_map(changes: Mapping[str, str]) -> dict[str, Stage | None]:
    """Add an operator's own words to the map; an empty stage means that the word says nothing."""
    own = {normalised(word): Stage(stage) if stage else None for word, stage in changes.items()}
    return {**STATUS_MAP, **own}


def unknown_words(words: Iterable[str], known: Mapping[str, object]) -> list[str]:
    """Give the words that the map does not have, for a person to look at."""
    return [word for word in words if normalised(word) not in known]


def next_stage(current: Stage, words: Iterable[str], known: Mapping[str, Stage | None]) -> Stage:
    """Give where the order stands now: never back, unknown words count for nothing.

    What has left the factory cannot be cancelled any more, so CANCELLED ends only what has not.
    """
    said = [stage for word in words if (stage := known.get(normalised(word))) is not None]
    if Stage.CANCELLED in (current, *said):
        shipped = [stage for stage in (current, *said) if _has_left(stage)]
        return max(shipped, key=RANKS.__getitem__) if shipped else Stage.CANCELLED
    return max((current, *said), key=RANKS.__getitem__)


def _has_left(stage: Stage) -> bool:
    return stage in {Stage.PARTLY_SHIPPED, Stage.SHIPPED, Stage.DELIVERED}
