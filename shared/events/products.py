"""The life of a product: what is sold, printed and made under one name."""

from typing import Any, ClassVar

from shared.events.event import Event
from shared.events.values import PrintLocation, Variant


class _ProductEvent(Event):
    """Something in the life of one product. The topic is compacted, so each event is complete."""

    topic: ClassVar[str] = "catalog.v1"

    product_id: str

    @property
    def key(self) -> str:
        """The product, so that the newest version is the one that compaction keeps."""
        return self.product_id


class ProductPublished(_ProductEvent):
    """A product can be ordered. `template` is the JSON document that printfile renders."""

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


class ProductChanged(ProductPublished):
    """A published product is different now; carries all of it, like ProductPublished."""
