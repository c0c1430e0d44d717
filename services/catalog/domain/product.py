"""A product: what is sold under one name, what is printed on it, and what the provider calls it."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

from services.catalog.domain.draft import Draft
from services.catalog.domain.sku import automatic_sku
from shared.events import PrintLocation, ProductChanged, ProductPublished, Variant


@dataclass(frozen=True, slots=True)
class Product:
    """One revision of a product, complete."""

    product_id: str
    revision: int
    shop: str
    title: str
    is_personalized: bool
    template: dict[str, Any]
    template_version: int
    provider: str
    provider_product_id: str
    print_locations: tuple[PrintLocation, ...]
    variants: tuple[Variant, ...]

    def announcement(self) -> ProductPublished:
        """Give the event that tells the others of this revision."""
        content = {field.name: getattr(self, field.name) for field in fields(self)}
        return ProductPublished(**content) if self.revision == 1 else ProductChanged(**content)


def revise(known: Product | None, product_id: str, draft: Draft, taken: Collection[str]) -> Product:
    """Give the product as the draft wants it; the known one itself when nothing is different.

    A variant without a SKU keeps the one it has, or gets one that is not taken. A template
    document that differs in anything gets the next version, since open orders pin the old one.
    """
    wanted = Product(
        product_id=product_id,
        revision=known.revision if known else 1,
        shop=draft.shop,
        title=draft.title,
        is_personalized=draft.is_personalized,
        template=draft.template,
        template_version=known.template_version if known else 1,
        provider=draft.provider,
        provider_product_id=draft.provider_product_id,
        print_locations=tuple(location.as_value() for location in draft.print_locations),
        variants=_with_skus(draft, product_id, known.variants if known else (), taken),
    )
    if known is None:
        return wanted
    if wanted == known:
        return known
    return replace(
        wanted,
        revision=known.revision + 1,
        template_version=known.template_version + (wanted.template != known.template),
    )


def _with_skus(
    draft: Draft, product_id: str, known: Collection[Variant], taken: Collection[str]
) -> tuple[Variant, ...]:
    """Give each variant its SKU: the one asked for, else the one it has, else a new one."""
    asked = {each.variant_id: each.sku for each in draft.variants if each.sku}
    kept = {each.variant_id: each.sku for each in known if each.sku not in asked.values()}
    used = {*taken, *asked.values(), *kept.values()}
    variants = []
    for variant in draft.variants:
        sku = asked.get(variant.variant_id) or kept.get(variant.variant_id)
        if sku is None:
            sku = automatic_sku(product_id, variant.title, variant.variant_id, used)
            used.add(sku)
        variants.append(variant.with_sku(sku))
    return tuple(variants)
