"""What an attempt came to that has to be made again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setback:
    """Why an attempt failed, and how long the next one waits."""

    reason: str
    seconds: float
    is_away: bool = False
    """Whether the provider is away for whatever it is asked."""
    is_unexpected: bool = False
