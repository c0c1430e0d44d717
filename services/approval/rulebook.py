"""The rules that hold, at hand for whoever draws a page or has nothing better to do."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from services.approval.domain.rule_words import differences
from services.approval.domain.rules import Rules
from services.approval.store import keys, ruling
from services.approval.store.ruling import Ruling
from shared.database import Database

SETTINGS = "settings"
"""Who made the rules, as long as nobody has changed what the settings say."""

FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Conflict(Exception):
    """Somebody else changed the rules meanwhile."""

    held: Ruling


class RuleBook:
    """Reads the rules now and then; decisions read them in their own transaction."""

    def __init__(self, database: Database, initial: Rules) -> None:
        """Take the rules that hold until somebody changes them."""
        self.held = Ruling(0, initial, datetime.min.replace(tzinfo=UTC), SETTINGS)
        self._database = database
        self._initial = initial
        self._read_at = 0.0

    @property
    def rules(self) -> Rules:
        """Give the rules as they were read last."""
        return self.held.rules

    async def open(self) -> None:
        """Write down what the settings say, unless somebody has made other rules."""
        async with self._database.transaction() as transaction:
            held = await ruling.find_ruling(transaction)
            is_ours = held is None or held.changed_by == SETTINGS
            if is_ours and (held is None or held.rules != self._initial):
                version = held.version + 1 if held else 1
                await ruling.add_version(transaction, version, self._initial, SETTINGS)
        await self.read()

    async def read(self) -> None:
        """Read what holds now."""
        async with self._database.statement() as transaction:
            self.held = await ruling.find_ruling(transaction) or self.held
        self._read_at = asyncio.get_running_loop().time()

    async def fresh(self) -> Ruling:
        """Give the rules, read again when that was too long ago."""
        if asyncio.get_running_loop().time() - self._read_at > FRESH_SECONDS:
            await self.read()
        return self.held

    async def change(self, rules: Rules, version: int, who: str) -> Ruling:
        """Let other rules hold from now on; raises Conflict when those seen hold no more."""
        async with self._database.transaction() as transaction:
            held = await ruling.find_ruling(transaction) or self.held
            changes = differences(held.rules, rules)
            is_seen = held.version == version
            if is_seen and changes:
                is_seen = await ruling.add_version(transaction, version + 1, rules, who)
                await keys.record(transaction, who, "changed the rules", "; ".join(changes))
        await self.read()
        if not is_seen:
            raise Conflict(self.held)
        return self.held
