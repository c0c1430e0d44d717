"""How things look in a template: colours, gradients, strokes, fonts and boxes."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.templates.fonts import FONTS, known_font

COLOUR = r"^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$"
HASH = r"^[0-9a-f]{64}$"

Colour = Annotated[str, Field(pattern=COLOUR)]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
AssetHash = Annotated[str, Field(pattern=HASH)]
Length = Annotated[float, Field(ge=0, le=20_000, allow_inf_nan=False)]
Position = Annotated[float, Field(ge=-20_000, le=20_000, allow_inf_nan=False)]
Angle = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Part(BaseModel):
    """A piece of a template: it never changes, and an unknown key in it is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(Part):
    """A place, in pixels of the print location."""

    x: Position
    y: Position


class Box(Part):
    """An upright rectangle, in pixels of the print location."""

    x: Position = 0
    y: Position = 0
    width: Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)]
    height: Annotated[float, Field(gt=0, le=20_000, allow_inf_nan=False)]

    @property
    def right(self) -> float:
        """Give the x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Give the y of the lower edge."""
        return self.y + self.height

    def holds(self, other: "Box") -> bool:
        """Tell whether the other box lies inside; False when a part of it sticks out."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


class Gradient(Part):
    """Colours that flow into one another, over the box of what is painted."""

    kind: Literal["linear", "radial"] = "linear"
    angle: Angle = 90
    colours: Annotated[tuple[Colour, ...], Field(min_length=2, max_length=16)]
    stops: tuple[Fraction, ...] | None = None


class ChosenColour(Part):
    """The colour that belongs to the option the shopper chose; none when they chose nothing."""

    field: FieldName


Paint = Colour | Gradient | ChosenColour


class Stroke(Part):
    """A line of even width, centred on the outline that it follows."""

    width: Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)]
    paint: Paint


class Shadow(Part):
    """A hard shadow: the same outline in one colour, moved aside."""

    dx: Position = 0
    dy: Position = 0
    paint: Paint


class Blend(StrEnum):
    """How a layer mixes with what lies under it."""

    NORMAL = "normal"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
    DARKEN = "darken"
    LIGHTEN = "lighten"
    SOFT_LIGHT = "soft_light"
    HARD_LIGHT = "hard_light"
    ERASE = "erase"


class Font(Part):
    """The typeface that is tried first; other scripts fall back to the house fonts."""

    family: Annotated[
        str, AfterValidator(known_font), Field(json_schema_extra={"enum": list(FONTS)})
    ]
    weight: Annotated[int, Field(ge=100, le=900)] = 400
    italic: bool = False
