"""What is wrong with a template document: where, and in words that its designer can act on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.templates.style import COLOUR, HASH

Step = str | int
Path = tuple[Step, ...]
Alternative = tuple[Path, str]

_WRONG_KIND = frozenset({"model_type", "dict_type", "string_type", "float_type"})
_ABOUT_A_KEY = frozenset({"missing", "extra_forbidden"})
_PLAIN = {"missing": "is missing", "extra_forbidden": "is not known here: check its spelling"}
_PATTERNS = {
    COLOUR: 'should be a colour such as "#1f2d3d"',
    HASH: "should be the SHA-256 of the artwork's bytes, in 64 hex digits",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and its place in the document."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{written(self.path)}: {self.message}"


def written(path: Path) -> str:
    """Write a place as a designer would look for it, such as `locations[0].layers[2].fill`."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).lstrip(".") or "the template"


def faults_of(error: ValidationError, document: Any) -> list[Fault]:
    """Give what is wrong, each thing once.

    Where a value may have one of several forms, pydantic complains for each of them; told is
    only what is wrong with the form that comes closest.
    """
    complaints = [
        (*_place(found, document), found)
        for found in error.errors(include_url=False)
        if not _is_a_consequence(found)
    ]
    closest = _closest_forms([(forms, found) for _, forms, found in complaints])
    faults = [
        Fault(path, _message(found))
        for path, forms, found in complaints
        if all(form in closest for form in forms)
    ]
    return list(dict.fromkeys(faults))


def _place(found: ErrorDetails, document: Any) -> tuple[Path, tuple[Alternative, ...]]:
    """Split pydantic's location into steps of the document and the forms that were tried."""
    path: list[Step] = []
    forms: list[Alternative] = []
    here = document
    steps = found["loc"]
    for number, step in enumerate(steps):
        is_last_key = number == len(steps) - 1 and found["type"] in _ABOUT_A_KEY
        if _leads_on(here, step):
            path.append(step)
            here = here[step]
        elif is_last_key:
            path.append(step)
        else:
            forms.append((tuple(path), str(step)))
    return tuple(path), tuple(forms)


def _leads_on(here: Any, step: Step) -> bool:
    if isinstance(here, Mapping):
        return step in here
    return isinstance(here, Sequence) and isinstance(step, int) and step < len(here)


def _closest_forms(complaints: Sequence[tuple[Sequence[Alternative], ErrorDetails]]) -> set[Any]:
    """Of the forms that a value may have, choose the one with the least to complain about."""
    tried: dict[Path, dict[str, list[ErrorDetails]]] = defaultdict(lambda: defaultdict(list))
    for forms, found in complaints:
        for path, form in forms:
            tried[path][form].append(found)

    def distance(entry: tuple[str, list[ErrorDetails]]) -> tuple[int, int]:
        wrong_kind = sum(found["type"] in _WRONG_KIND for found in entry[1])
        return wrong_kind, len(entry[1])

    return {(path, min(forms.items(), key=distance)[0]) for path, forms in tried.items()}


def _is_a_consequence(found: ErrorDetails) -> bool:
    """Tell whether a list is called too short only because its entries are wrong."""
    given = found["input"]
    least = found.get("ctx", {}).get("min_length", 0)
    return found["type"] == "too_short" and isinstance(given, list) and len(given) >= least


def _message(found: ErrorDetails) -> str:
    context = found.get("ctx", {})
    if found["type"] == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if found["type"] == "value_error":
        return str(context["error"])
    message = found["msg"].replace("Input should", "should").replace("String should", "should")
    return _PLAIN.get(found["type"], message)


def told(faults: Sequence[Fault], most: int = 5) -> str:
    """Tell the first faults in one line."""
    return "; ".join(_with_rest(faults, most))


def _with_rest(faults: Sequence[Fault], most: int) -> Iterator[str]:
    yield from map(str, faults[:most])
    if len(faults) > most:
        yield f"and {len(faults) - most} more"
