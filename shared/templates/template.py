"""The template of a product: what is printed where, and which answers of the shopper it needs."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

import regex
from pydantic import Field, field_validator, model_validator

from shared.templates.layers import (
    GroupLayer,
    ImageLayer,
    Layer,
    PhotoLayer,
    ShapeLayer,
    TextLayer,
)
from shared.templates.scene import Scene
from shared.templates.style import (
    COLOUR,
    HASH,
    Box,
    ChosenColour,
    FieldName,
    Part,
)

PIXELS_MAX = 80_000_000
MEGABYTE = 1_000_000
NESTING_MAX = 6
VARIANT = "@variant"


class TemplateField(Part):
    """A question to the shopper, answered by a property of the line item.

    `default` counts when the shopper left the property out. A choice turns the shopper's word
    into the value that layers use: a colour, or the hash of an artwork. The property `@variant`
    is the variant that was bought: the option is taken that is a part of its title.
    """

    name: FieldName
    property: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Literal["text", "photo", "choice"] = "text"
    required: bool = False
    default: Annotated[str, Field(max_length=500)] | None = None
    max_length: Annotated[int, Field(ge=1, le=500)] = 60
    pattern: Annotated[str, Field(max_length=500)] | None = None
    hint: Annotated[str, Field(max_length=200)] = ""
    options: Mapping[str, str] = {}

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        try:
            regex.compile(pattern or "")
        except regex.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _choice_has_options(self) -> "TemplateField":
        if (self.kind == "choice") != bool(self.options):
            raise ValueError("exactly a field of the kind `choice` has `options`")
        if self.kind == "choice" and self.default is not None and self.default not in self.options:
            raise ValueError("the default of a choice is one of its options")
        return self


class PrintLocation(Part):
    """One side of the product: the file the factory needs, and the layers drawn on it.

    A PNG holds the pixels. A PDF or SVG has the size that these pixels have at this resolution,
    its words are outlines, and photos are pictures in it.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}$")]
    width: Annotated[int, Field(ge=1, le=20_000)]
    height: Annotated[int, Field(ge=1, le=20_000)]
    dpi: Annotated[int, Field(ge=72, le=1200)] = 300
    safe_area: Box | None = None
    format: Literal["png", "pdf", "svg"] = "png"
    bytes_max: Annotated[int, Field(ge=1_000, le=500 * MEGABYTE)] = 20 * MEGABYTE
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _is_of_a_printable_size(self) -> "PrintLocation":
        if self.width * self.height > PIXELS_MAX:
            raise ValueError(f"a print location has at most {PIXELS_MAX} pixels")
        return self

    @property
    def box(self) -> Box:
        """Give the whole of the location as a box."""
        return Box(width=self.width, height=self.height)


class Template(Part):
    """A template document, format 1; a version of it that was used is never edited."""

    format: Literal[1] = 1
    name: Annotated[str, Field(min_length=1, max_length=120)]
    fields: Annotated[tuple[TemplateField, ...], Field(max_length=50)] = ()
    locations: Annotated[tuple[PrintLocation, ...], Field(min_length=1, max_length=8)]
    preview: Scene | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> "Template":
        _no_doubles("field", [field.name for field in self.fields])
        _no_doubles("location", [location.id for location in self.locations])
        fields = {field.name: field for field in self.fields}
        for location in self.locations:
            _check_layers(location.layers, fields)
        if self.preview:
            _check_layers(self.preview.under + self.preview.over, fields)
            unknown = {placed.location for placed in self.preview.placements} - {
                location.id for location in self.locations
            }
            if unknown:
                raise ValueError(f"the preview shows unknown locations: {sorted(unknown)}")
        return self

    @cached_property
    def digest(self) -> str:
        """Name the template by its content, whatever the order of keys it was written in."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def assets(self) -> frozenset[str]:
        """Name every artwork that an order of this template may need."""
        scene = self.preview.under + self.preview.over if self.preview else ()
        placements = self.preview.placements if self.preview else ()
        layers = [layer for location in self.locations for layer in location.layers]
        folds = frozenset(each.folds.asset for each in placements if each.folds)
        return folds | frozenset(
            asset
            for layer in every_layer((*layers, *scene))
            if isinstance(layer, ImageLayer)
            for asset in self.artwork_of(layer)
        )

    def artwork_of(self, layer: ImageLayer) -> Collection[str]:
        """Name the artwork that a layer shows, or from which a choice picks."""
        return [layer.asset] if layer.asset else self.field(layer.choice or "").options.values()

    def field(self, name: str) -> TemplateField:
        """Find a field that a layer names."""
        return next(field for field in self.fields if field.name == name)

    def location(self, location_id: str) -> PrintLocation:
        """Find a print location that the preview or a file names."""
        return next(location for location in self.locations if location.id == location_id)


def every_layer(layers: tuple[Layer, ...], depth: int = 0) -> Iterator[Layer]:
    """Walk through layers and the layers of their groups."""
    if depth > NESTING_MAX:
        raise ValueError(f"groups are nested deeper than {NESTING_MAX}")
    for layer in layers:
        yield layer
        if isinstance(layer, GroupLayer):
            yield from every_layer(layer.layers, depth + 1)


def fields_of(layer: Layer) -> frozenset[str]:
    """Name the fields that change how a layer looks; none for static art."""
    names = {paint.field for paint in _paints(layer) if isinstance(paint, ChosenColour)}
    if layer.show:
        names.add(layer.show.field)
    if isinstance(layer, TextLayer):
        names |= layer.fields
    elif isinstance(layer, PhotoLayer):
        names.add(layer.field)
    elif isinstance(layer, ImageLayer) and layer.choice:
        names.add(layer.choice)
    elif isinstance(layer, GroupLayer):
        names |= {name for inner in layer.layers for name in fields_of(inner)}
    return frozenset(names)


def _paints(layer: Layer) -> Iterator[Any]:
    if isinstance(layer, ShapeLayer):
        yield layer.fill
        yield from (stroke.paint for stroke in layer.strokes)
    elif isinstance(layer, TextLayer):
        yield layer.fill
        yield from (stroke.paint for stroke in layer.strokes)
        yield layer.shadow.paint if layer.shadow else None
    elif isinstance(layer, PhotoLayer):
        yield layer.border.paint if layer.border else None
        yield layer.placeholder


def _check_layers(layers: tuple[Layer, ...], fields: Mapping[str, TemplateField]) -> None:
    everything = list(every_layer(layers))
    _no_doubles("layer", [layer.id for layer in everything])
    for layer in everything:
        for name in fields_of(layer):
            if name not in fields:
                raise ValueError(f"layer {layer.id!r} uses the unknown field {name!r}")
        if isinstance(layer, PhotoLayer) and fields[layer.field].kind != "photo":
            raise ValueError(f"layer {layer.id!r} needs a field of the kind `photo`")
        for paint in _paints(layer):
            if isinstance(paint, ChosenColour):
                _check_options(layer, fields[paint.field], COLOUR, "colours")
        if isinstance(layer, ImageLayer) and layer.choice:
            _check_options(layer, fields[layer.choice], HASH, "hashes of artwork")


def _check_options(layer: Layer, field: TemplateField, form: str, what: str) -> None:
    if field.kind != "choice" or not all(re.match(form, value) for value in field.options.values()):
        message = f"layer {layer.id!r} needs a field of the kind `choice` whose options are {what}"
        raise ValueError(message)


def _no_doubles(what: str, names: list[str]) -> None:
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise ValueError(f"{what} named twice: {', '.join(doubles)}")
