"""The print files of an order, line by line, and what of them decides where the order stands.

An order may have hundreds of lines, and what becomes of each is an event of its own. So all lines
are looked at once, when the order is heard of, and with each such event only the line it is of.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic_core import to_json

from services.approval.domain.versions import items_to_make
from shared.events import Address, LineItem, OrderReceived, PrintFileFailed, PrintFileReady, Shopper

Outcome = PrintFileReady | PrintFileFailed
OutcomeOf = Callable[[str, str], Outcome | None]
"""Gives what became of a line, by its id and its fingerprint; None while that is awaited."""

OF_AN_ORDER, OF_A_LINE, OF_A_FILE = 2_000, 300, 400
"""So many bytes of an approval, at most, are always there: names of fields, hashes, numbers."""


@dataclass(frozen=True, slots=True)
class Prints:
    """The lines that are made, and what became of each; lines are told by their places."""

    lines: Sequence[LineItem]
    fingerprints: Sequence[str]
    places: Mapping[str, Sequence[int]]
    """Where the lines of an id are; there should be one."""
    outcomes: Mapping[int, Outcome]
    halting: Mapping[int, Outcome]
    """The outcomes that keep the order from being approved."""
    approval_bytes: int
    """The approval is not larger than this."""

    @property
    def are_awaited(self) -> bool:
        """Tell whether there are lines without an outcome."""
        return len(self.outcomes) < len(self.lines)

    @property
    def are_good(self) -> bool:
        """Tell whether all lines have files that can be approved."""
        return not self.halting and not self.are_awaited

    @property
    def halts(self) -> list[Outcome]:
        """Give what keeps the order from being approved, in the order of its lines."""
        return [self.halting[place] for place in sorted(self.halting)]

    @property
    def made(self) -> list[tuple[LineItem, PrintFileReady]]:
        """Give the lines that have files, in the order of its lines."""
        places = sorted(self.outcomes)
        outcomes = [(self.lines[place], self.outcomes[place]) for place in places]
        return [(line, each) for line, each in outcomes if isinstance(each, PrintFileReady)]

    def after_news_of(self, line_item_id: str, outcome_of: OutcomeOf) -> "Prints":
        """Look again at what became of this line."""
        return self.looked_at(self.places.get(line_item_id, ()), outcome_of)

    def looked_at(self, places: Iterable[int], outcome_of: OutcomeOf) -> "Prints":
        """Look at what became of the lines at these places."""
        outcomes, halting, size = dict(self.outcomes), dict(self.halting), self.approval_bytes
        for place in places:
            halting.pop(place, None)
            size -= bytes_of(outcomes.pop(place, None))
            outcome = outcome_of(self.lines[place].line_item_id, self.fingerprints[place])
            if outcome:
                outcomes[place] = outcome
                size += bytes_of(outcome)
                if is_halting(outcome):
                    halting[place] = outcome
        return Prints(self.lines, self.fingerprints, self.places, outcomes, halting, size)


def prints_of(order: OrderReceived | None, outcome_of: OutcomeOf) -> Prints:
    """Look at all lines of an order as it is to be made; of one not heard of there are none."""
    if order is None:
        return Prints((), (), {}, {}, {}, 0)
    lines = items_to_make(order)
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault(line.line_item_id, []).append(place)
    texts = [text for line in lines for text in (line.line_item_id, line.title)]
    texts += texts_of(order.shopper) + texts_of(order.shipping_address)
    size = OF_AN_ORDER + OF_A_LINE * len(lines) + len(to_json(texts))
    fingerprints = [line.fingerprint for line in lines]
    unknown = Prints(lines, fingerprints, places, {}, {}, size)
    return unknown.looked_at(range(len(lines)), outcome_of)


def texts_of(value: Address | Shopper | None) -> list[str]:
    """Give the texts of a value, all of which are in its approval."""
    return list(vars(value).values()) if value else []


def bytes_of(outcome: Outcome | None) -> int:
    """Give how much larger the approval is with this, at most."""
    if not isinstance(outcome, PrintFileReady):
        return 0
    texts = [outcome.product_id, outcome.variant_id]
    for file in outcome.files:
        texts += (file.key, file.print_location)
    return OF_A_FILE * len(outcome.files) + len(to_json(texts))


def is_halting(outcome: Outcome) -> bool:
    """Tell whether this keeps its order from being approved."""
    if isinstance(outcome, PrintFileFailed):
        return True
    return any(finding.severity == "blocking" for finding in outcome.findings)
