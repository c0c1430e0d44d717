"""What the service and its drawing processes say to one another: lengths and JSON, no pickles."""

import struct
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.printfile.domain.findings import Finding
from shared.templates.template import Template

LENGTH = struct.Struct(">I")


class Message(BaseModel):
    """A message; it never changes."""

    model_config = ConfigDict(frozen=True)


class CopyPhoto(Message):
    """Make our own copy of a file that a shopper gave."""

    kind: Literal["copy_photo"] = "copy_photo"
    source: str
    target: str


class Render(Message):
    """Make the files of one item."""

    kind: Literal["render"] = "render"
    template: Template
    texts: dict[str, str]
    photos: dict[str, str]
    findings: tuple[Finding, ...]
    sources: dict[str, str]
    folder: str


class Prepare(Message):
    """Make one picture ready that orders of a template will show."""

    kind: Literal["prepare"] = "prepare"
    template: Template
    sources: dict[str, str]


class OwnPhoto(Message):
    """Our copy of a photo, written where it was asked for."""

    kind: Literal["own_photo"] = "own_photo"
    sha256: str
    media_type: str
    width: int
    height: int
    size_bytes: int
    converted_from: str = ""


class RenderedFile(Message):
    """A finished print file in the job's folder."""

    location: str
    path: str
    sha256: str
    size_bytes: int
    width: int
    height: int
    dpi: int
    media_type: str


class RenderedPreview(Message):
    """A finished preview in the job's folder."""

    path: str
    sha256: str
    width: int
    height: int


class Rendered(Message):
    """Everything that was made of one item, previews from small to large."""

    kind: Literal["rendered"] = "rendered"
    files: tuple[RenderedFile, ...]
    previews: tuple[RenderedPreview, ...]
    findings: tuple[Finding, ...]


class Prepared(Message):
    """A picture was made ready, or all of them are."""

    kind: Literal["prepared"] = "prepared"
    is_all: bool


class Impossible(Message):
    """It cannot be done, for a reason that lies in what was sent."""

    kind: Literal["impossible"] = "impossible"
    reason: str


class Full(Message):
    """The disk is full; it can be done once there is room."""

    kind: Literal["full"] = "full"


Request = Annotated[CopyPhoto | Render | Prepare, Field(discriminator="kind")]
Reply = Annotated[OwnPhoto | Rendered | Prepared | Impossible | Full, Field(discriminator="kind")]
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def frame(message: Message) -> bytes:
    """Write a message with its length before it."""
    body = message.model_dump_json().encode()
    return LENGTH.pack(len(body)) + body
