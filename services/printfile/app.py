"""Printfile, put together."""

from functools import partial

from services.printfile import api, handlers
from services.printfile.domain.jobs import Halted
from services.printfile.files import Files
from services.printfile.photos import Photos
from services.printfile.renderer.pool import Pool
from services.printfile.room import Room
from services.printfile.settings import Settings
from services.printfile.store import deleting as deletions
from services.printfile.store import failing, items, products
from services.printfile.templates import Templates
from services.printfile.worker import deleting, making
from services.printfile.worker.preparing import Preparer
from services.printfile.workshop import Workshop
from shared.described import INVALID, fails
from shared.effect import OneStatement, Queueing
from shared.events import (
    FulfillmentCancelled,
    OrderCancelled,
    OrderChanged,
    OrderReceived,
    OrderWithdrawn,
    PrintFileFailed,
    PrintFileReady,
    PrintFileRequested,
    PrintFilesDeleted,
    ProductChanged,
    ProductPublished,
    ReprintOrdered,
    Shipped,
)
from shared.gathering import GATHER_SECONDS
from shared.group_commit import GroupCommit
from shared.http import answer_later
from shared.lanes import Steps
from shared.mending import Mending
from shared.service import Service
from shared.signed_urls import FileUrls

DELETING_SECONDS = 10.0
"""How often is looked for files to delete; nobody waits for it."""

PREPARING_SECONDS = 60.0
"""How often is looked for products that another process heard of."""

TIDYING_SECONDS = 60.0
"""How often is looked for artwork that there is no room for any more."""

NOT_OURS = "The URL is not ours, or has expired: ask for a new one."
NO_FILE = "The file is not in the object store any more."
NO_PART = "The file has no such part; Content-Range says how long it is."


def build_app(settings: Settings) -> Service:
    """Build the service; each way in is one line."""
    service = Service("printfile", settings)
    files = Files(settings.files_store)
    pool = Pool(settings.scratch, settings.processes)
    photos = Photos(
        settings.photo_private_hosts,
        seconds_max=settings.photo_seconds_max,
        bytes_max=settings.photo_bytes_max,
    )
    room = Room(
        settings.scratch,
        bytes_max=settings.scratch_bytes_max,
        free_bytes_min=settings.scratch_free_bytes_min,
    )
    workshop = Workshop(service.database, files, photos, pool, settings.scratch, room)
    # Files that are made already are given out without any room.
    service.checks("scratch", room.state, is_vital=False)
    service.checks("files", files.state, is_vital=False)
    service.works("tidy", room.tidy, signal="scratch", poll_seconds=TIDYING_SECONDS)
    service.opens(workshop.open, workshop.close)
    service.hears(OrderCancelled, OneStatement(handlers.cancel_items))
    service.hears(OrderWithdrawn, OneStatement(handlers.cancel_items))
    service.hears(PrintFileRequested, handlers.queue_again)
    service.hears(ProductPublished, handlers.keep_products)
    service.hears(ProductChanged, handlers.keep_products)
    service.hears(Shipped, OneStatement(handlers.end_orders), leisure=GATHER_SECONDS)
    service.hears(FulfillmentCancelled, OneStatement(handlers.end_orders))
    service.says(PrintFileReady, PrintFileFailed, PrintFilesDeleted)
    service.mends(failing.KIND, Mending(failing.request_retry, failing.request_retry))
    add_work(service, workshop, files, settings)
    add_files(service, files, settings)
    return service


def add_work(service: Service, workshop: Workshop, files: Files, settings: Settings) -> None:
    """Add the making of files, and the deleting of those that nobody needs any more."""
    made: making.MadeLines = GroupCommit(partial(making.record, service.database))
    templates = Templates(service.database)
    lanes = service.works_at(
        "make",
        Steps(
            take=partial(making.take_items, service.database, settings),
            do=partial(making.make_files, service.database, templates, workshop, made, settings),
            put_off=partial(making.put_off, service.database, settings),
        ),
        signal=items.SIGNAL,
        due=items.DUE,
        lanes=settings.lanes,
    )
    queue = Queueing(
        partial(handlers.queue_items, recall=workshop.recall, lease=settings.lease), lanes
    )
    for ordered in (OrderReceived, OrderChanged, ReprintOrdered):
        service.hears(ordered, queue)
    preparer = Preparer(service.database, workshop, settings)
    service.works(
        "prepare",
        preparer.prepare_next,
        signal=products.SIGNAL,
        poll_seconds=PREPARING_SECONDS,
    )
    service.works(
        "delete",
        partial(deleting.delete_next, service.database, files, settings, service.metrics),
        signal=deletions.SIGNAL,
        poll_seconds=DELETING_SECONDS,
    )


def add_files(service: Service, files: Files, settings: Settings) -> None:
    """Hand files out to whoever shows a signed address."""
    service.http.add_exception_handler(Halted, answer_later)
    service.http.state.files = files
    service.http.state.urls = FileUrls(
        settings.files.url, settings.files.signing_key.get_secret_value()
    )
    path = "/files/{key:path}"
    described = fails({403: NOT_OURS, 404: NO_FILE, 416: NO_PART, 422: INVALID}, needs_key=False)
    service.http.add_api_route(path, api.give_file, methods=["GET"], **described)
    service.http.add_api_route(path, api.give_file, methods=["HEAD"], include_in_schema=False)
