"""The preview scene: the product as people see it, with its print on it."""

from typing import Annotated

from pydantic import Field

from shared.templates.layers import Layer
from shared.templates.style import AssetHash, Blend, Box, Fraction, Part


class Folds(Part):
    """An artwork that says how far the cloth moves each spot of a print: a displacement map.

    It is stretched over the upright box around the placement. Red moves across and green down:
    middle grey (128) not at all, full by `strength` pixels of the scene, and none as far back.
    """

    asset: AssetHash
    strength: Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)] = 12


class Placement(Part):
    """Where a print location, or the part of it that is in sight, is seen in the preview scene."""

    location: str
    box: Box
    part: Box | None = None
    rotate: float = 0
    opacity: Fraction = 1
    blend: Blend = Blend.NORMAL
    folds: Folds | None = None


class Scene(Part):
    """The picture people look at: the product drawn around and over its print."""

    width: Annotated[int, Field(ge=100, le=4_000)] = 1600
    height: Annotated[int, Field(ge=100, le=4_000)] = 1600
    under: tuple[Layer, ...] = ()
    placements: Annotated[tuple[Placement, ...], Field(min_length=1, max_length=8)]
    over: tuple[Layer, ...] = ()
