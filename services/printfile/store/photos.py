"""Shoppers' pictures that are our own copies by now, and the orders that need them."""

from hashlib import sha256

from services.printfile.domain.jobs import Photo
from services.printfile.store.made import spare
from shared.database import Transaction


def hash_of(address: str) -> str:
    """Name an address without keeping it: it may let whoever knows it see the picture."""
    return sha256(address.encode()).hexdigest()


async def find_photo(transaction: Transaction, order_id: str, address: str) -> Photo | None:
    """Give our copy of the picture for an order; None when it was not fetched yet."""
    row = await transaction.fetchrow(
        """
        WITH known AS (
            SELECT sha256, key, media_type, width_px, height_px, converted_from
            FROM photo
            WHERE address_hash = $1
        ), needed AS (
            INSERT INTO photo_for (order_id, address_hash)
            SELECT $2, $1 FROM known
            ON CONFLICT DO NOTHING
        )
        SELECT * FROM known
        """,
        hash_of(address),
        order_id,
    )
    return Photo(**row) if row else None


async def keep_photo(transaction: Transaction, order_id: str, address: str, photo: Photo) -> None:
    """Remember where our copy is, and who needs it; of two fetched at once the first stays."""
    await transaction.execute(
        """
        INSERT INTO photo
            (address_hash, sha256, key, media_type, width_px, height_px, converted_from)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING
        """,
        hash_of(address),
        photo.sha256,
        photo.key,
        photo.media_type,
        photo.width_px,
        photo.height_px,
        photo.converted_from,
    )
    await transaction.execute(
        "INSERT INTO photo_for (order_id, address_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        order_id,
        hash_of(address),
    )
    await spare(transaction, [photo.key])


async def forget_photo(transaction: Transaction, photo: Photo) -> None:
    """Forget a copy whose file is gone, so that it is fetched anew."""
    await transaction.execute(
        """
        DELETE FROM photo_for
        USING photo
        WHERE photo_for.address_hash = photo.address_hash AND photo.key = $1
        """,
        photo.key,
    )
    await transaction.execute("DELETE FROM photo WHERE key = $1", photo.key)
