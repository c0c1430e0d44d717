"""What printfile does at its own pace: make the files of one line after another."""

from datetime import timedelta
from functools import partial

import structlog

from services.printfile.domain.jobs import Failed, Item
from services.printfile.domain.making import read_item
from services.printfile.settings import Settings
from services.printfile.store import items, products
from services.printfile.workshop import Workshop
from shared import outbox
from shared.database import Database
from shared.events import PrintFileFailed, PrintFileReady
from shared.lease import renewing
from shared.logs import about
from shared.outside import Unavailable
from shared.patience import backoff_seconds

log = structlog.get_logger()


async def make_next(database: Database, workshop: Workshop, settings: Settings) -> bool:
    """Make the files of one line that is due; False when none is."""
    lease = timedelta(seconds=settings.lease_seconds)
    async with database.transaction() as transaction:
        item = await items.lease_next(transaction, lease)
    if item is None:
        return False
    with about(item.order_id, line_item_id=item.line.line_item_id):
        async with renewing(partial(renew, database, item, lease), lease):
            await make(database, workshop, item, settings)
    return True


async def renew(database: Database, item: Item, lease: timedelta) -> bool:
    """Keep the line while it is drawn; False when it has changed or was taken."""
    async with database.transaction() as transaction:
        return await items.renew(transaction, item, lease)


async def make(database: Database, workshop: Workshop, item: Item, settings: Settings) -> None:
    """Make the files and say so, or say why not."""
    try:
        async with database.transaction() as transaction:
            product = await products.find_product(transaction, item.shop, item.line)
        ready = await workshop.make(read_item(item, product))
    except Failed as reason:
        await fail(database, item, reason)
    except Unavailable as reason:
        if item.failures + 1 >= settings.photo_attempts:
            await fail(database, item, Failed("photo_unavailable", str(reason)))
        else:
            await postpone(database, item, reason, settings)
    else:
        await finish(database, item, ready)


async def finish(database: Database, item: Item, ready: PrintFileReady) -> None:
    """Say that the files are made, unless the line has changed meanwhile."""
    async with database.transaction() as transaction:
        if await items.mark_ready(transaction, item):
            await outbox.add(transaction, ready)
            log.info("print_files_made", files=len(ready.files), findings=len(ready.findings))


async def fail(database: Database, item: Item, reason: Failed) -> None:
    """Say why there are no files, unless the line has changed meanwhile."""
    failed = PrintFileFailed(
        order_id=item.order_id,
        line_item_id=item.line.line_item_id,
        item_fingerprint=item.line.fingerprint,
        code=reason.code,
        reason=str(reason),
    )
    async with database.transaction() as transaction:
        if await items.mark_failed(transaction, item, reason.code, str(reason)):
            await outbox.add(transaction, failed)
            log.warning("print_files_failed", code=reason.code)


async def postpone(database: Database, item: Item, reason: Unavailable, settings: Settings) -> None:
    """Try again later."""
    seconds = backoff_seconds(
        item.failures + 1, first=settings.retry_first_seconds, last=settings.retry_last_seconds
    )
    seconds = max(seconds, reason.retry_after or 0.0)
    log.warning("making_postponed", reason=str(reason), seconds=seconds)
    async with database.transaction() as transaction:
        await items.postpone(transaction, item, str(reason), seconds)
