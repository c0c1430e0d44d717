"""Our own copy of the catalog."""

from collections.abc import Sequence

from services.fulfillment.domain.placing import Product
from shared.database import Transaction


async def keep_products(transaction: Transaction, products: Sequence[Product]) -> None:
    """Keep the newest revision of each product.

    Variants and locations that a revision drops stay known: an order may have been approved
    with them.
    """
    await transaction.executemany(
        """
        INSERT INTO product
            (product_id, revision, provider, provider_product_id, variants, print_locations)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (product_id) DO UPDATE
        SET revision = excluded.revision,
            provider = excluded.provider,
            provider_product_id = excluded.provider_product_id,
            variants = product.variants || excluded.variants,
            print_locations = product.print_locations || excluded.print_locations
        WHERE product.revision <= excluded.revision
        """,
        [
            (
                product.product_id,
                product.revision,
                product.provider,
                product.provider_product_id,
                dict(product.variants),
                dict(product.print_locations),
            )
            for product in products
        ],
    )


async def find_products(transaction: Transaction, product_ids: Sequence[str]) -> dict[str, Product]:
    """Give those of these products that are known."""
    rows = await transaction.fetch(
        """
        SELECT product_id, revision, provider, provider_product_id, variants, print_locations
        FROM product
        WHERE product_id = ANY($1::text[])
        """,
        product_ids,
    )
    return {row["product_id"]: Product(**row) for row in rows}
