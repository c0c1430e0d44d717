"""Moments as callers carry them between requests, and as Postgres names them (`pg_snapshot`)."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.http import Problem

MOMENT = re.compile(r"[0-9]{1,19}:[0-9]{1,19}:[0-9,]*", re.ASCII)


def is_moment(text: str) -> bool:
    """Tell whether Postgres can read this as a snapshot: the open ones lie between its ends.

    See https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
    """
    if not MOMENT.fullmatch(text):
        return False
    first, end, still_open = text.split(":")
    numbers = still_open.split(",") if still_open else []
    if not all(numbers):
        return False
    steps = [int(first), *map(int, numbers)]
    return steps[0] > 0 and steps == sorted(steps) and steps[-1] < int(end) + (not numbers)


def known(text: str) -> str:
    """Refuse what is none of our moments; nothing at all is none."""
    if text and not is_moment(text):
        raise ValueError("is none of our moments: take `as_of` from an answer")
    return text


Moment = Annotated[str, Field(max_length=20_000), AfterValidator(known)]


def moment_of(text: str, advice: str = "Load the page again.") -> datetime:
    """Read a moment that a page was given; raises Problem when this is none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Problem(422, "No such moment", advice) from error
