"""What the cost of an order depends on, for who asks for it and for who shows it."""

from collections.abc import Sequence
from hashlib import sha256

from pydantic_core import to_json

from shared.events.values import Address, ApprovedItem

WHERE = ("line1", "line2", "city", "region", "postal_code", "country")
"""What a quote needs to know of an address: where the parcel goes, and not to whom."""


def quote_fingerprint(address: Address | None, items: Sequence[ApprovedItem]) -> str:
    """Name what a quote is of: the same as long as nothing that costs is different."""
    where = [getattr(address, field) for field in WHERE] if address else []
    what = [
        (
            item.product_id,
            item.variant_id,
            item.quantity,
            [file.print_location for file in item.files],
        )
        for item in items
    ]
    return sha256(to_json((where, what))).hexdigest()
