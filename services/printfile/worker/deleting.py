"""Deleting what nobody needs any more: the files of orders that are over."""

from datetime import timedelta

import structlog

from services.printfile.domain.jobs import Halted
from services.printfile.files import Files
from services.printfile.settings import Settings
from services.printfile.store import deleting, failing
from services.printfile.store.deleting import Over
from shared import outbox
from shared.database import Database, Transaction
from shared.events import PrintFilesDeleted
from shared.logs import about
from shared.metrics import Metrics
from shared.patience import backoff_seconds
from shared.unexpected import count_failed, is_unexpected, reason_of

log = structlog.get_logger()

FILES_AT_ONCE = 100
LEASE = timedelta(minutes=5)
"""How long a process has for deleting files before another one takes them up."""
FAILED_SECONDS_MAX = 3600.0


async def delete_next(
    database: Database, files: Files, settings: Settings, metrics: Metrics
) -> int:
    """Let go of one order's files, and delete some whose time has come; give how much that was."""
    released = await release_next(database, settings, metrics)
    return released + await delete_doomed(database, files)


async def release_next(database: Database, settings: Settings, metrics: Metrics) -> bool:
    """Let go of the files of an order that is over for long enough, and say so.

    One that fails as nobody expected waits longer each time, and holds no other up; a person is
    told of it.
    """
    async with database.transaction() as transaction:
        asked = await deleting.take_asked(transaction)
        over = asked or await take_over(transaction, settings)
        if over is None:
            return False
        try:
            async with transaction.savepoint():
                await release(transaction, over.order_id, settings, is_asked=bool(asked))
        except Exception as error:
            if not is_unexpected(error):
                raise
            count_failed(metrics, "delete", transaction.service, over.order_id, error)
            seconds = backoff_seconds(over.failures + 1, first=1, last=FAILED_SECONDS_MAX)
            await deleting.put_off(transaction, over.order_id, seconds)
            await failing.note(transaction, failing.ORDER, {over.order_id: reason_of(error)})
    return True


async def release(
    transaction: Transaction, order_id: str, settings: Settings, *, is_asked: bool
) -> None:
    """Let go of an order's files, and of what the shopper said where a person asked for it."""
    grace = timedelta(seconds=settings.deletion_grace_seconds)
    doomed = await deleting.release_files(transaction, order_id, grace)
    if is_asked:
        await deleting.forget_answers(transaction, order_id)
    deleted = PrintFilesDeleted(
        order_id=order_id, why="asked_for" if is_asked else "kept_long_enough"
    )
    await outbox.add(transaction, [deleted])
    await failing.end(transaction, [order_id])

    def tell() -> None:
        with about(order_id):
            log.info("files_released", files=doomed, why=deleted.why)

    transaction.after_commit(tell)


async def take_over(transaction: Transaction, settings: Settings) -> Over | None:
    """Take an order that has been over for as long as files are kept; None when for ever."""
    if settings.files_kept_days is None:
        return None
    return await deleting.take_over(transaction, timedelta(days=settings.files_kept_days))


async def delete_doomed(database: Database, files: Files) -> int:
    """Delete files that no order needs, whatever becomes of the others that are taken with them.

    What is lost in between, or fails, is tried again when the lease has run out, and a person is
    told of what fails again and again; raises what failed.
    """
    async with database.transaction() as transaction:
        keys = await deleting.lease_doomed(transaction, FILES_AT_ONCE, LEASE)
    failed: dict[str, Exception] = {}
    for key in keys:
        try:
            await files.drop(key)
        except Exception as error:  # noqa: BLE001 - raised once the others are gone
            failed[key] = error
    if not keys:
        return 0
    gone = [key for key in keys if key not in failed]
    async with database.transaction() as transaction:
        await deleting.forget_doomed(transaction, gone)
        await failing.end(transaction, gone)
        reasons = {key: why_kept(error) for key, error in failed.items()}
        await failing.note(transaction, failing.FILE, reasons)
    if gone:
        log.info("files_deleted", files=len(gone))
    if failed:
        raise next(iter(failed.values()))
    return len(gone)


def why_kept(error: Exception) -> str:
    """Say why a file could not be deleted, alike for all files that are kept for the same reason.

    What the object store says names the file, so its log tells more.
    """
    if not isinstance(error, Halted):
        return reason_of(error)
    return f"the object store did not delete it ({type(error.__cause__ or error).__name__})"
