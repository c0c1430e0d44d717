"""What an attempt has taken, as far as it is known without reading it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An order that an attempt has taken, and how often it failed before."""

    order_id: str
    attempts: int
    failures: int
    unexpected: int = 0
    """How many of the failures nobody expected."""

    @property
    def claim(self) -> "Claim":
        """Give by what the attempt knows the order."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementClaim(Claim):
    """An approved order that an attempt has taken to place it."""

    is_cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteClaim(Claim):
    """An order that an attempt has taken to quote it; `said` is what was said of it last."""

    changes: int
    said: tuple[str, str]
