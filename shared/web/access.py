"""Who is there, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; each may do what those before it may."""

    VIEWER = "viewer"
    APPROVER = "approver"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Tell whether this role is enough."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True, slots=True)
class Person:
    """A person or a program that is signed in, by the name that decisions are recorded under."""

    name: str
    role: Role

    def sealed(self) -> str:
        """Write it into a session."""
        return f"{self.role}:{self.name}"

    @classmethod
    def unsealed(cls, text: str) -> "Person | None":
        """Read it from a session; None when it was written by an earlier version."""
        role, _, name = text.partition(":")
        return cls(name, Role(role)) if role in set(Role) and name else None
