"""Making the files of the lines that wait."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

import structlog

from services.printfile.domain.jobs import Claim, Failed, Halted, Item, Product
from services.printfile.domain.making import Done, read_item
from services.printfile.settings import Settings
from services.printfile.store import leases, products
from services.printfile.store.made import keep_made, say_kept
from services.printfile.templates import Templates
from services.printfile.workshop import Workshop
from shared import outbox
from shared.database import Database, Transaction
from shared.events import PrintFileFailed, PrintFileReady
from shared.group_commit import GroupCommit
from shared.lease import Renewing
from shared.logs import about
from shared.outside import Unavailable
from shared.patience import backoff_seconds
from shared.unexpected import UNEXPECTED_MAX, Unreadable, reason_of

log = structlog.get_logger()

LOST = "a file that was found is being deleted, and is made anew"

MadeLines = GroupCommit[tuple[Item, Done], bool]
"""Records what was made; False for a line whose files are lost, and which is to be made again."""


async def take_items(
    database: Database, settings: Settings, limit: int
) -> list[Item | Unreadable[Claim]]:
    """Take lines that are due."""
    async with database.statement() as statement:
        return await leases.lease_due(statement, limit, settings.lease)


async def make_files(
    database: Database,
    templates: Templates,
    workshop: Workshop,
    made: MadeLines,
    settings: Settings,
    item: Item,
) -> None:
    """Make the files of one line."""
    with about(item.order_id, line_item_id=item.line.line_item_id):
        async with Renewing(partial(renew, database, item, settings.lease), settings.lease):
            product = await find_product(database, templates, item)
            await make(database, workshop, made, item, product, settings)


async def find_product(database: Database, templates: Templates, item: Item) -> Product | None:
    """Give what a line is; None while that is unknown."""
    if item.pin is None:
        async with database.statement() as statement:
            [item] = await products.pin_late(statement, [item])
    if item.pin is None:
        return None
    documents = await templates.find({item.pin.version})
    return Product(item.pin, item.is_personalized, documents[item.pin.version])


async def renew(database: Database, item: Item, lease: timedelta) -> bool:
    """Keep the line while it is drawn; False when it has changed or was taken."""
    async with database.statement() as transaction:
        return await leases.renew(transaction, item, lease)


async def make(
    database: Database,
    workshop: Workshop,
    made: MadeLines,
    item: Item,
    product: Product | None,
    settings: Settings,
) -> None:
    """Make the files and say so, or say why not."""
    try:
        done = await workshop.make(read_item(item, product, settings.severities_of(item.shop)))
        if not await made.add((item, done)):
            await wait(database, item, LOST, settings)
    except Failed as reason:
        await fail(database, item, reason)
    except Halted as reason:
        await wait(database, item, reason, settings)
    except Unavailable as reason:
        if item.failures + 1 >= settings.photo_attempts:
            await fail(database, item, Failed("photo_unavailable", str(reason)))
        else:
            await postpone(database, item, reason, settings)


async def record(database: Database, done: Sequence[tuple[Item, Done]]) -> list[bool]:
    """Say that files are made; nothing of a line that has changed.

    What was found needs no keeping, most often, and is said by one statement.
    """
    said: dict[int, bool] = {}
    if any(each.was_found for _, each in done):
        async with database.statement() as statement:
            said = await say_kept(statement, done)
        tell([done[place][1].ready for place, is_said in said.items() if is_said])
    rest = [place for place in range(len(done)) if place not in said]
    whole = dict.fromkeys(said, True)
    if rest:
        kept = await keep_and_say(database, [done[place] for place in rest])
        whole |= zip(rest, kept, strict=True)
    return [whole[place] for place in range(len(done))]


async def keep_and_say(database: Database, done: Sequence[tuple[Item, Done]]) -> list[bool]:
    """Keep what was made, and say what is whole, all in one transaction."""
    async with database.transaction() as transaction:
        lost = await keep_made(transaction, [each for _, each in done])
        whole = [not lost.intersection(each.made.keys) for _, each in done]
        kept = [pair for pair, is_whole in zip(done, whole, strict=True) if is_whole]
        ours = await leases.mark_ready(transaction, [item for item, _ in kept])
        ready = [each.ready for _, each in kept if place_of(each.ready) in ours]
        await outbox.add(transaction, ready)
    tell(ready)
    return whole


def tell(ready: Iterable[PrintFileReady]) -> None:
    """Note in the log what was made."""
    for event in ready:
        with about(event.order_id, line_item_id=event.line_item_id):
            log.info("print_files_made", files=len(event.files), findings=len(event.findings))


def place_of(ready: PrintFileReady) -> tuple[str, str]:
    """Name the line that the files are of."""
    return ready.order_id, ready.line_item_id


async def fail(database: Database, item: Item, reason: Failed) -> None:
    """Say why there are no files, unless the line has changed or its product is known by now."""
    async with database.transaction() as transaction:
        if reason.code == "unknown_product" and await is_known_by_now(transaction, item):
            await leases.give_back(transaction, item)
        else:
            await say_failed(transaction, item.claim, reason)


async def say_failed(transaction: Transaction, claim: Claim, reason: Failed) -> None:
    """Say why there are no files, unless the line has changed meanwhile."""
    if await leases.mark_failed(transaction, claim, reason.code, str(reason)):
        await outbox.add(transaction, failed_event(claim, reason))
        log.warning("print_files_failed", code=reason.code)


def failed_event(claim: Claim, reason: Failed) -> PrintFileFailed:
    """Write why there are no files."""
    return PrintFileFailed(
        order_id=claim.order_id,
        line_item_id=claim.line_item_id,
        item_fingerprint=claim.fingerprint,
        code=reason.code,
        reason=str(reason),
    )


async def is_known_by_now(transaction: Transaction, item: Item) -> bool:
    """Pin the line if its product was published while it was taken.

    Whoever publishes it from now on finds the line among those that wait for their product.
    """
    await products.wait_for_publishing(transaction)
    [seen] = await products.pin_late(transaction, [item])
    return seen.pin is not None


async def postpone(database: Database, item: Item, reason: Unavailable, settings: Settings) -> None:
    """Try again later."""
    seconds = max(wait_seconds(item.claim, settings), reason.retry_after or 0.0)
    log.warning("making_postponed", reason=str(reason), seconds=seconds)
    async with database.statement() as transaction:
        await leases.postpone(transaction, item.claim, str(reason), seconds=seconds)


async def wait(database: Database, item: Item, reason: str | Halted, settings: Settings) -> None:
    """Try again later, however often; of what halts all lines a person is told once."""
    log.warning("making_postponed", reason=str(reason))
    first, last = settings.retry_first_seconds, settings.retry_last_seconds
    async with database.transaction() as transaction:
        await leases.wait(transaction, item.claim, str(reason), first=first, last=last)
        if isinstance(reason, Halted) and await leases.mark_waiting(
            transaction, item.claim, reason.code
        ):
            failed = failed_event(item.claim, Failed("render_failed", str(reason)))
            await outbox.add(transaction, [failed])


async def put_off(database: Database, settings: Settings, claim: Claim, error: Exception) -> None:
    """Try again later what failed as nobody expected; after some attempts a person is told."""
    reason = reason_of(error)
    if claim.unexpected + 1 >= UNEXPECTED_MAX:
        async with database.transaction() as transaction:
            await say_failed(transaction, claim, Failed("render_failed", reason))
        return
    seconds = wait_seconds(claim, settings)
    log.warning("making_postponed", reason=reason, seconds=seconds)
    async with database.statement() as transaction:
        await leases.postpone(transaction, claim, reason, seconds=seconds, is_unexpected=True)


def wait_seconds(claim: Claim, settings: Settings) -> float:
    """Give how long a line waits: the longer, the more often it has failed."""
    return backoff_seconds(
        claim.failures + 1, first=settings.retry_first_seconds, last=settings.retry_last_seconds
    )
