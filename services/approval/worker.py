"""What approval does at its own pace."""

from services.approval.store import changes
from shared.database import Database


async def fold_tally(database: Database) -> bool:
    """Sum up the changes of the counts; False when there are few."""
    async with database.transaction() as transaction:
        return await changes.fold_tally(transaction)
