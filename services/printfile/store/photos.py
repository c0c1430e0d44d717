"""Shoppers' pictures that are our own copies by now."""

from hashlib import sha256

from services.printfile.domain.jobs import Photo
from shared.database import Transaction


def hash_of(address: str) -> str:
    """Name an address without keeping it: it may let whoever knows it see the picture."""
    return sha256(address.encode()).hexdigest()


async def find_photo(transaction: Transaction, address: str) -> Photo | None:
    """Give our copy of the picture at this address; None when it was not fetched yet."""
    row = await transaction.fetchrow(
        """
        SELECT sha256, key, media_type, width_px, height_px, converted_from
        FROM photo
        WHERE address_hash = $1
        """,
        hash_of(address),
    )
    return Photo(**row) if row else None


async def keep_photo(transaction: Transaction, address: str, photo: Photo) -> None:
    """Remember where our copy is; of two fetched at once the first stays."""
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
