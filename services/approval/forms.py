"""What a page sends."""

from dataclasses import dataclass
from urllib.parse import parse_qs

from fastapi import Request

from shared.http import Problem

BYTES_MAX = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form."""

    fields: dict[str, list[str]]

    def one(self, name: str) -> str:
        """Give a field's value, empty when there is none."""
        return self.fields.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """Give every value of a field."""
        return self.fields.get(name, [])


async def form_of(request: Request) -> Form:
    """Read the form, and keep it with the request; raises Problem when none of ours is so large."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        chunks.append(chunk)
        size += len(chunk)
        if size > BYTES_MAX:
            raise Problem(413, "Too large", f"At most {BYTES_MAX} bytes are read.")
    form = Form(parse_qs(b"".join(chunks).decode(errors="replace")))
    request.state.form = form
    return form


def form_sent(request: Request) -> Form | None:
    """Give the form that was read already, whatever has failed since; None when none was."""
    form: Form | None = getattr(request.state, "form", None)
    return form
