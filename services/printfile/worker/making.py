"""Making the files of the lines that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from services.printfile.domain.jobs import Failed, Item, Product
from services.printfile.domain.making import Done, read_item
from services.printfile.settings import Settings
from services.printfile.store import leases, products
from services.printfile.store.made import keep_made
from services.printfile.workshop import Workshop
from shared import outbox
from shared.database import Database
from shared.events import PrintFileFailed, PrintFileReady
from shared.group_commit import GroupCommit
from shared.lease import Renewing
from shared.logs import about
from shared.outside import Unavailable
from shared.patience import backoff_seconds

log = structlog.get_logger()

MadeLines = GroupCommit[tuple[Item, Done], bool]
"""Records what was made; False for a line whose files are lost, and which is to be made again."""


@dataclass(frozen=True, slots=True)
class Work:
    """A line to make the files of, and the product that it is; None when that is unknown."""

    item: Item
    product: Product | None


async def take_items(database: Database, settings: Settings, limit: int) -> list[Work]:
    """Take lines that are due, with what each of them is."""
    lease = timedelta(seconds=settings.lease_seconds)
    async with database.transaction() as transaction:
        taken = await leases.lease_due(transaction, limit, lease)
        taken = await products.pin_late(transaction, taken)
        known = await products.find_products(transaction, taken) if taken else []
    return [Work(item, product) for item, product in zip(taken, known, strict=True)]


async def make_files(
    database: Database, workshop: Workshop, made: MadeLines, settings: Settings, work: Work
) -> None:
    """Make the files of one line."""
    item, lease = work.item, timedelta(seconds=settings.lease_seconds)
    with about(item.order_id, line_item_id=item.line.line_item_id):
        async with Renewing(partial(renew, database, item, lease), lease):
            await make(database, workshop, made, work, settings)


async def renew(database: Database, item: Item, lease: timedelta) -> bool:
    """Keep the line while it is drawn; False when it has changed or was taken."""
    async with database.statement() as transaction:
        return await leases.renew(transaction, item, lease)


async def make(
    database: Database, workshop: Workshop, made: MadeLines, work: Work, settings: Settings
) -> None:
    """Make the files and say so, or say why not."""
    item = work.item
    try:
        done = await workshop.make(read_item(item, work.product, settings.severities_of(item.shop)))
        if not await made.add((item, done)):
            raise Unavailable("a file that was found is being deleted, and is made anew")
    except Failed as reason:
        await fail(database, item, reason)
    except Unavailable as reason:
        if item.failures + 1 >= settings.photo_attempts:
            await fail(database, item, Failed("photo_unavailable", str(reason)))
        else:
            await postpone(database, item, reason, settings)


async def record(database: Database, done: Sequence[tuple[Item, Done]]) -> list[bool]:
    """Say that files are made, all in one transaction; nothing of a line that has changed."""
    async with database.transaction() as transaction:
        lost = await keep_made(transaction, [each for _, each in done])
        whole = [not lost.intersection(each.made.keys) for _, each in done]
        kept = [pair for pair, is_whole in zip(done, whole, strict=True) if is_whole]
        ours = await leases.mark_ready(transaction, [item for item, _ in kept])
        ready = [each.ready for _, each in kept if place_of(each.ready) in ours]
        await outbox.add(transaction, ready)
    for event in ready:
        with about(event.order_id, line_item_id=event.line_item_id):
            log.info("print_files_made", files=len(event.files), findings=len(event.findings))
    return whole


def place_of(ready: PrintFileReady) -> tuple[str, str]:
    """Name the line that the files are of."""
    return ready.order_id, ready.line_item_id


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
        if await leases.mark_failed(transaction, item, reason.code, str(reason)):
            await outbox.add(transaction, failed)
            log.warning("print_files_failed", code=reason.code)


async def postpone(database: Database, item: Item, reason: Unavailable, settings: Settings) -> None:
    """Try again later."""
    seconds = backoff_seconds(
        item.failures + 1, first=settings.retry_first_seconds, last=settings.retry_last_seconds
    )
    seconds = max(seconds, reason.retry_after or 0.0)
    log.warning("making_postponed", reason=str(reason), seconds=seconds)
    async with database.statement() as transaction:
        await leases.postpone(transaction, item, str(reason), seconds)
