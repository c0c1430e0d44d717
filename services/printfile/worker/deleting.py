"""Deleting what nobody needs any more: the files of orders that are over."""

from datetime import timedelta

import structlog

from services.printfile.files import Files
from services.printfile.settings import Settings
from services.printfile.store import deleting
from shared import outbox
from shared.database import Database, Transaction
from shared.events import PrintFilesDeleted
from shared.logs import about

log = structlog.get_logger()

FILES_AT_ONCE = 100
LEASE = timedelta(minutes=5)
"""How long a process has for deleting files before another one takes them up."""


async def delete_next(database: Database, files: Files, settings: Settings) -> int:
    """Let go of one order's files, and delete some whose time has come; give how much that was."""
    return await release_next(database, settings) + await delete_doomed(database, files)


async def release_next(database: Database, settings: Settings) -> bool:
    """Let go of the files of an order that is over for long enough, and say so."""
    async with database.transaction() as transaction:
        asked = await deleting.take_asked(transaction)
        order_id = asked or await take_over(transaction, settings)
        if order_id is None:
            return False
        grace = timedelta(seconds=settings.deletion_grace_seconds)
        doomed = await deleting.release_files(transaction, order_id, grace)
        if asked:
            await deleting.forget_answers(transaction, order_id)
        deleted = PrintFilesDeleted(
            order_id=order_id, why="asked_for" if asked else "kept_long_enough"
        )
        await outbox.add(transaction, [deleted])
    with about(order_id):
        log.info("files_released", files=doomed, why=deleted.why)
    return True


async def take_over(transaction: Transaction, settings: Settings) -> str | None:
    """Take an order that has been over for as long as files are kept; None when for ever."""
    if settings.files_kept_days is None:
        return None
    return await deleting.take_over(transaction, timedelta(days=settings.files_kept_days))


async def delete_doomed(database: Database, files: Files) -> int:
    """Delete files that no order needs; what is lost in between is deleted at the next attempt."""
    async with database.transaction() as transaction:
        keys = await deleting.lease_doomed(transaction, FILES_AT_ONCE, LEASE)
    for key in keys:
        await files.drop(key)
    if keys:
        async with database.transaction() as transaction:
            await deleting.forget_doomed(transaction, keys)
        log.info("files_deleted", files=len(keys))
    return len(keys)
