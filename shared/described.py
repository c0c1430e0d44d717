"""What the description of an API says of a path beside its function: how it fails."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

NO_KEY = "No API key was shown, or another one: send `Authorization: Bearer <key>`."
INVALID = "The request makes no sense; `errors` names each field that is wrong."
AWAY = "The database is away. Try again after Retry-After."


def fails(failures: Mapping[int, str], *, needs_key: bool = True) -> Json:
    """Describe how a path fails beside what every path does: for want of a key, or a database."""
    known = ({401: NO_KEY} if needs_key else {}) | dict(failures) | {503: AWAY}
    return {"responses": {status: problem(known[status]) for status in sorted(known)}}


def creates(model: type, failures: Mapping[int, str]) -> Json:
    """Describe a path that puts something: 201 where it is new."""
    described = fails(failures)
    new = {"description": "It is new.", "model": model}
    return {"responses": {201: new, **described["responses"]}}


def problem(description: str) -> Json:
    """Describe a failure."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": schema}},
    }
