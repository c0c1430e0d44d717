"""What catalog must know of a template: its sides, its questions and the artwork it names.

How layers are drawn is for printfile to know; here the document is kept and handed on as it is.
"""

import math
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import to_json

BYTES_MAX = 256_000
DEPTH_MAX = 50
SHA256 = re.compile(r"[0-9a-f]{64}")


class Side(BaseModel):
    """A print location of the template."""

    model_config = ConfigDict(frozen=True)

    id: str
    width: int
    height: int
    dpi: int = 300


class Question(BaseModel):
    """Something the shopper is asked, answered by a property of the line item."""

    model_config = ConfigDict(frozen=True)

    name: str
    property: str


class Outline(BaseModel):
    """The parts of a template document that a product has to agree with."""

    model_config = ConfigDict(frozen=True)

    name: str
    fields: tuple[Question, ...] = ()
    locations: tuple[Side, ...] = Field(min_length=1)


OUTLINE: TypeAdapter[Outline] = TypeAdapter(Outline)


def outline(document: dict[str, Any]) -> Outline:
    """Read what matters here; raises ValidationError where it is missing."""
    return OUTLINE.validate_python(document)


def artwork_of(document: dict[str, Any]) -> frozenset[str]:
    """Name every artwork that the template may draw; artwork is named by its hash alone."""
    return frozenset(
        leaf for leaf in leaves(document) if isinstance(leaf, str) and SHA256.fullmatch(leaf)
    )


def check_document(document: dict[str, Any]) -> dict[str, Any]:
    """Refuse what could not be kept, or not be sent on to the other services."""
    for leaf in leaves(document):
        if isinstance(leaf, str) and "\x00" in leaf:
            raise ValueError("a text in the template holds a NUL character")
        if isinstance(leaf, float) and not math.isfinite(leaf):
            raise ValueError("a number in the template is not finite")
    size = len(to_json(document))
    if size > BYTES_MAX:
        raise ValueError(f"the template has {size} bytes as JSON, at most {BYTES_MAX} are sent on")
    outline(document)
    return document


def leaves(document: dict[str, Any]) -> Iterator[Any]:
    """Walk over every name and every plain value in a JSON document."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEPTH_MAX:
            raise ValueError(f"the template is nested deeper than {DEPTH_MAX} levels")
        if isinstance(value, dict):
            yield from value
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value)
        else:
            yield value


Document = Annotated[dict[str, Any], AfterValidator(check_document)]
"""A template document that can be kept and sent on."""
