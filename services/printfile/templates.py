"""Templates that lines are printed from: a version never changes, so it is read once."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from services.printfile.domain.jobs import Version
from services.printfile.store.products import find_templates
from shared.database import Database

KNOWN_MAX = 128


class Templates:
    """Remembers the templates that were wanted last, as JSON."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Version, str] = {}

    async def find(self, versions: AbstractSet[Version]) -> Mapping[Version, str]:
        """Give the template of each version."""
        found = {version: self._known[version] for version in versions & self._known.keys()}
        if missing := versions - found.keys():
            async with self._database.statement() as statement:
                found |= await find_templates(statement, list(missing))
        for version, document in found.items():
            self._known.pop(version, None)
            self._known[version] = document
        while len(self._known) > KNOWN_MAX:
            del self._known[next(iter(self._known))]
        return found
