"""A template and answers from files; artwork and photos are named by their paths."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.catalog.domain.artwork import Unusable, examine
from shared.templates import faults
from shared.templates.faults import Fault
from shared.templates.template import VARIANT, Template

HASH_LENGTH = 64


class Unfit(Exception):
    """The files cannot be used; `reasons` say where and what to do."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Design:
    """A template that can be drawn, and where its artwork lies, by hash."""

    template: Template
    artwork: Mapping[str, Path]


def read_design(path: Path, shelf: Path | None = None) -> Design:
    """Read a template whose artwork is named by path, or by the hash of a PNG on the shelf.

    The shelf is the template's own folder unless another one is named.
    """
    document = read_json(path)
    if not isinstance(document, dict):
        raise Unfit(["a template is a JSON object"])
    shelf = shelf or path.parent
    artwork = {digest(file): file for file in sorted(shelf.rglob("*.png"))}
    complaints = list(name_by_hash(document, (), path.parent, artwork))
    try:
        template = Template.model_validate(document)
    except ValidationError as error:
        complaints += faults.faults_of(error, document)
        raise Unfit(list(map(str, complaints))) from error
    missing = sorted(template.assets - set(artwork))
    reasons = [
        f"no PNG in {shelf} has the hash {name}: name another folder by --artwork"
        for name in missing
    ]
    if complaints or missing:
        raise Unfit([*map(str, complaints), *reasons])
    return Design(template, {name: artwork[name] for name in template.assets})


def name_by_hash(
    part: Any, place: faults.Path, folder: Path, artwork: dict[str, Path]
) -> Iterator[Fault]:
    """Replace paths of artwork by hashes, as catalog knows it; give what is wrong with them."""
    if isinstance(part, list):
        for number, inner in enumerate(part):
            yield from name_by_hash(inner, (*place, number), folder, artwork)
    elif isinstance(part, dict):
        for key, inner in part.items():
            is_option = bool(place) and place[-1] == "options"
            if isinstance(inner, str) and (key == "asset" or (is_option and is_png(inner))):
                if len(inner) != HASH_LENGTH:
                    yield from take_artwork(part, key, (*place, key), folder, artwork)
            else:
                yield from name_by_hash(inner, (*place, key), folder, artwork)


def take_artwork(
    part: dict[str, Any], key: str, place: faults.Path, folder: Path, artwork: dict[str, Path]
) -> Iterator[Fault]:
    """Put the hash of a file in the place of its path."""
    file = folder / part[key]
    try:
        content = file.read_bytes()
        name = sha256(content).hexdigest()
        examine(name, content)
    except OSError:
        yield Fault(place, f"there is no file {part[key]!r} beside the template")
        name = "0" * HASH_LENGTH
    except Unusable as reason:
        yield Fault(place, str(reason))
    part[key] = name
    artwork[name] = file


def is_png(value: str) -> bool:
    """Tell whether an option names artwork; a colour does not."""
    return value.lower().endswith(".png")


def read_answers_file(path: Path, template: Template) -> dict[str, str]:
    """Read a shopper's answers by the names that the store shows, such as `{"Name": "Ada"}`.

    A photo is named by its path from the file.
    """
    answers = read_json(path)
    if not isinstance(answers, dict) or not all(isinstance(each, str) for each in answers.values()):
        raise Unfit(['answers are a JSON object of texts, such as {"Name": "Ada"}'])
    known = {field.property: field for field in template.fields}
    reasons = [
        f"no field of the template asks for {name!r}; there are: {', '.join(known)}"
        for name in answers
        if name not in known and name != VARIANT
    ]
    photos = {
        name: path.parent / answer
        for name, answer in answers.items()
        if name in known and known[name].kind == "photo" and answer
    }
    reasons += [
        f"{name!r}: there is no photo {file}" for name, file in photos.items() if not file.is_file()
    ]
    if reasons:
        raise Unfit(reasons)
    return answers | {name: str(file) for name, file in photos.items()}


def read_json(path: Path) -> Any:
    """Read a file; raises Unfit with the line where it stops being JSON."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise Unfit([f"it cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise Unfit([f"it is not JSON: {error}"]) from error


def digest(file: Path) -> str:
    """Name a file by its content."""
    return sha256(file.read_bytes()).hexdigest()
