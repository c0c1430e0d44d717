"""A product as a merchant asks for it: what must hold before it can be published."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.catalog.domain.template import Document, read_template
from shared.events import PrintLocation, Variant

VARIANTS_MAX = 500

Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$"
    ),
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]


class Asked(BaseModel):
    """A part of a request; a misspelt field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DraftVariant(Asked):
    """A sellable variant; without a `sku` it keeps the one it has, or gets one."""

    variant_id: Slug
    storefront_variant_id: Line | None = None
    sku: Line | None = None
    title: Line
    provider_variant_id: Line

    def with_sku(self, sku: str) -> Variant:
        """Give the variant as the others hear of it."""
        return Variant(**self.model_dump(exclude={"sku"}), sku=sku)


class DraftLocation(Asked):
    """A side of the base product, with what the provider wants printed there."""

    print_location: Line
    provider_location_id: Line
    width_px: int = Field(ge=1, le=20_000)
    height_px: int = Field(ge=1, le=20_000)
    dpi: int = Field(ge=72, le=1200)

    def as_value(self) -> PrintLocation:
        """Give the side as the others hear of it."""
        return PrintLocation(**self.model_dump())


class Draft(Asked):
    """A product as it should be."""

    shop: Line
    title: Line
    is_personalized: bool
    template: Document
    provider: Slug = "completeful"
    provider_product_id: Line
    print_locations: tuple[DraftLocation, ...] = Field(min_length=1, max_length=20)
    variants: tuple[DraftVariant, ...] = Field(min_length=1, max_length=VARIANTS_MAX)

    @model_validator(mode="after")
    def _hangs_together(self) -> "Draft":
        variants = self.variants
        _refuse_doubles("print_location", (each.print_location for each in self.print_locations))
        _refuse_doubles("variant_id", (each.variant_id for each in variants))
        _refuse_doubles("sku", (each.sku for each in variants))
        _refuse_doubles("storefront_variant_id", (each.storefront_variant_id for each in variants))
        self._refuse_unfit_template()
        return self

    def _refuse_unfit_template(self) -> None:
        template = read_template(self.template)
        wanted = {each.print_location: each for each in self.print_locations}
        for side in template.locations:
            location = wanted.get(side.id)
            if location is None:
                raise ValueError(
                    f"the template prints on {side.id!r}, which is none of the product's print "
                    f"locations: {sorted(wanted)}"
                )
            size = (location.width_px, location.height_px, location.dpi)
            if (side.width, side.height, side.dpi) != size:
                raise ValueError(
                    f"the template draws {side.id!r} with {side.width} x {side.height} pixels at "
                    f"{side.dpi} DPI, the provider wants {size[0]} x {size[1]} at {size[2]}"
                )
        if self.is_personalized and not template.fields:
            raise ValueError(
                "the product is personalized but its template asks the shopper nothing"
            )

    @property
    def skus(self) -> list[str]:
        """Give the SKUs that were asked for."""
        return [variant.sku for variant in self.variants if variant.sku]

    @property
    def storefront_variant_ids(self) -> list[str]:
        """Give the storefront's names of the variants."""
        return [each.storefront_variant_id for each in self.variants if each.storefront_variant_id]


def _refuse_doubles(field: str, values: Iterable[str | None]) -> None:
    counted = Counter(value for value in values if value is not None)
    doubles = sorted(value for value, times in counted.items() if times > 1)
    if doubles:
        raise ValueError(f"{field} given twice: {', '.join(doubles)}")
