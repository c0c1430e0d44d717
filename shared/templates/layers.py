"""The layers of a print location, from the lowest to the highest."""

from string import Formatter
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from shared.templates.style import (
    Angle,
    AssetHash,
    Blend,
    Box,
    FieldName,
    Font,
    Fraction,
    Length,
    Paint,
    Part,
    Point,
    Shadow,
    Stroke,
)

LayerId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
PathData = Annotated[str, Field(min_length=1, max_length=20_000)]


class Condition(Part):
    """When a layer shows: the field was answered, was not, or has one of some answers."""

    field: FieldName
    given: bool | None = None
    any_of: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "Condition":
        if (self.given is None) == (not self.any_of):
            raise ValueError("a condition has either `given` or `any_of`")
        return self


class LayerPart(Part):
    """What every layer has: a name for findings, and how it meets the layers below."""

    id: LayerId
    opacity: Fraction = 1
    blend: Blend = Blend.NORMAL
    show: Condition | None = None


class ImageLayer(LayerPart):
    """Static artwork, named by the hash of its bytes; a choice can pick among several."""

    kind: Literal["image"]
    asset: AssetHash | None = None
    choice: FieldName | None = None
    box: Box
    fit: Literal["contain", "cover", "stretch"] = "contain"
    rotate: Angle = 0

    @model_validator(mode="after")
    def _has_one_source(self) -> "ImageLayer":
        if (self.asset is None) == (self.choice is None):
            raise ValueError("an image has either an `asset` or a `choice`")
        return self


class ShapeLayer(LayerPart):
    """A rectangle, an ellipse, or an SVG path in pixels of the location."""

    kind: Literal["shape"]
    shape: Literal["rectangle", "ellipse", "path"] = "rectangle"
    box: Box
    path: PathData | None = None
    radius: Length = 0
    fill: Paint | None = None
    strokes: Annotated[tuple[Stroke, ...], Field(max_length=8)] = ()
    rotate: Angle = 0

    @model_validator(mode="after")
    def _path_has_data(self) -> "ShapeLayer":
        if (self.shape == "path") != (self.path is not None):
            raise ValueError("exactly the shape `path` has `path` data")
        return self


class AutoSize(Part):
    """As large as the room allows, within limits; below the least the text does not fit."""

    min: Annotated[float, Field(gt=0, le=10_000)]
    max: Annotated[float, Field(gt=0, le=10_000)]

    @model_validator(mode="after")
    def _is_a_range(self) -> "AutoSize":
        if self.min > self.max:
            raise ValueError("`min` is larger than `max`")
        return self


class Arc(Part):
    """A part of a circle that a line of text follows; a sweep of 360 is the whole circle.

    `at` is where the middle of the text stands, in degrees clockwise from the top. Text on the
    `inner` side hangs below the line and reads from left to right at the bottom of the circle.
    """

    centre: Point
    radius: Annotated[float, Field(gt=0, le=20_000)]
    at: Angle = 0
    sweep: Annotated[float, Field(gt=0, le=360)] = 180
    side: Literal["outer", "inner"] = "outer"


class TextLayer(LayerPart):
    """Words; `{name}` in the content stands for the shopper's answer to that field."""

    kind: Literal["text"]
    content: Annotated[str, Field(min_length=1, max_length=500)]
    place: Box | Arc
    font: Font
    size: Annotated[float, Field(gt=0, le=10_000)] | AutoSize
    align: Literal["left", "center", "right"] = "center"
    valign: Literal["top", "middle", "bottom"] = "middle"
    letter_spacing: Annotated[float, Field(ge=-0.3, le=3)] = 0
    line_spacing: Annotated[float, Field(ge=0.5, le=4)] = 1.15
    max_lines: Annotated[int, Field(ge=1, le=20)] = 1
    case: Literal["as_typed", "upper", "lower", "title"] = "as_typed"
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    fill: Paint = "#000000"
    strokes: Annotated[tuple[Stroke, ...], Field(max_length=8)] = ()
    shadow: Shadow | None = None
    rotate: Angle = 0

    @field_validator("content")
    @classmethod
    def _holds_only_plain_fields(cls, content: str) -> str:
        for _, name, spec, conversion in Formatter().parse(content):
            if name is not None and (spec or conversion or not name.isidentifier()):
                raise ValueError("only plain field names may stand in braces")
        return content

    @model_validator(mode="after")
    def _has_one_line_on_an_arc(self) -> "TextLayer":
        if isinstance(self.place, Arc) and self.max_lines > 1:
            raise ValueError("a text on an arc has one line")
        return self

    @property
    def fields(self) -> frozenset[str]:
        """Name the fields whose answers stand in the text."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.content) if name)


class PhotoLayer(LayerPart):
    """The shopper's picture, fitted into a box.

    Where none was given the placeholder fills its frame; without one nothing is printed.
    """

    kind: Literal["photo"]
    field: FieldName
    box: Box
    fit: Literal["cover", "contain"] = "cover"
    focus: tuple[Fraction, Fraction] = (0.5, 0.4)
    mask: Literal["none", "ellipse", "rounded", "path"] = "none"
    radius: Length = 0
    path: PathData | None = None
    border: Stroke | None = None
    placeholder: Paint | None = None
    rotate: Angle = 0

    @model_validator(mode="after")
    def _path_has_data(self) -> "PhotoLayer":
        if (self.mask == "path") != (self.path is not None):
            raise ValueError("exactly the mask `path` has `path` data")
        return self


class GroupLayer(LayerPart):
    """Layers that are mixed with one another first, and then with what lies below as one."""

    kind: Literal["group"]
    layers: Annotated[tuple["Layer", ...], Field(min_length=1, max_length=50)]
    clip: Box | None = None


Layer = Annotated[
    ImageLayer | ShapeLayer | TextLayer | PhotoLayer | GroupLayer, Field(discriminator="kind")
]
GroupLayer.model_rebuild()
