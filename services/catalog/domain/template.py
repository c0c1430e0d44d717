"""What catalog must know of a template: that it can be drawn, and the artwork it names."""

import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, to_json

from shared.templates.faults import Fault, faults_of
from shared.templates.template import Template

BYTES_MAX = 256_000
DEPTH_MAX = 50


def read_template(document: dict[str, Any]) -> Template:
    """Read a document; raises ValidationError that names each fault by its place in it."""
    try:
        return Template.model_validate(document)
    except ValidationError as error:
        faults = [as_error(fault) for fault in faults_of(error, document)]
        raise ValidationError.from_exception_data("Template", faults) from error


def as_error(fault: Fault) -> InitErrorDetails:
    """Write a fault as pydantic does; the document itself is never repeated."""
    message = PydanticCustomError("template", "{message}", {"message": fault.message})
    return InitErrorDetails(type=message, loc=fault.path, input=None)


def check_document(document: dict[str, Any]) -> dict[str, Any]:
    """Refuse what could not be kept, not be sent on to the other services, or not be drawn."""
    for leaf in leaves(document):
        if isinstance(leaf, str) and "\x00" in leaf:
            raise ValueError("a text in the template holds a NUL character")
        if isinstance(leaf, float) and not math.isfinite(leaf):
            raise ValueError("a number in the template is not finite")
    size = len(to_json(document))
    if size > BYTES_MAX:
        raise ValueError(f"the template has {size} bytes as JSON, at most {BYTES_MAX} are sent on")
    read_template(document)
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
"""A template document that can be drawn, kept and sent on."""
