"""How Completeful says no: a code, the field to correct, and what to do next."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from deploy.sandbox.records import Document

ALLOWED = {"currency": ["USD"], "shipping_method": ["standard"]}


class Problem(Exception):
    """A refusal, with everything its answer tells."""

    def __init__(self, status: int, code: str, error: str, **more: Any) -> None:
        """Take also `field`, `remediation`, `allowed_values` and `details`."""
        super().__init__(error)
        self.status = status
        self.code = code
        self.more = more

    def body(self, *, request_id: str, path: str) -> Document:
        """Write the refusal in the published shape."""
        return {
            "error": str(self),
            "code": self.code,
            "request_id": request_id,
            "path": path,
            **self.more,
        }


def invalid(error: ValidationError) -> Problem:
    """Turn the first thing that is wrong with a body into a refusal."""
    first = error.errors(include_url=False)[0]
    field = field_name(first["loc"])
    more: Document = {"field": field} if field else {}
    if allowed := ALLOWED.get(field):
        more["allowed_values"] = allowed
    more["remediation"] = f"Correct {field or 'the body'} and send the request again."
    return Problem(422, "validation_error", first["msg"], **more)


def not_found(what: str) -> Problem:
    """Say that there is no such thing."""
    return Problem(404, "not_found", f"{what} not found")


def field_name(location: Sequence[int | str]) -> str:
    """Write a place in a body as Completeful does: `line_items[0].quantity`."""
    name = ""
    for part in location:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name
