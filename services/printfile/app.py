"""Printfile, put together."""

from functools import partial

from services.printfile import api, handlers, worker
from services.printfile.files import Files
from services.printfile.photos import Photos
from services.printfile.renderer.pool import Pool
from services.printfile.settings import Settings
from services.printfile.store import items
from services.printfile.workshop import Workshop
from shared.events import (
    OrderCancelled,
    OrderChanged,
    OrderReceived,
    OrderWithdrawn,
    PrintFileFailed,
    PrintFileReady,
    PrintFileRequested,
    ProductChanged,
    ProductPublished,
    ReprintOrdered,
)
from shared.group_commit import GroupCommit
from shared.service import Service
from shared.signed_urls import FileUrls


def build_app(settings: Settings) -> Service:
    """Build the service; each way in is one line."""
    service = Service("printfile", settings)
    files = Files(settings.files_store)
    pool = Pool(settings.scratch, settings.processes)
    photos = Photos(settings.photo_private_hosts)
    workshop = Workshop(service.database, files, photos, pool, settings.scratch)
    made: worker.MadeLines = GroupCommit(partial(worker.record, service.database))

    service.opens(workshop.open, workshop.close)
    service.hears(OrderReceived, handlers.queue_items)
    service.hears(OrderChanged, handlers.queue_items)
    service.hears(ReprintOrdered, handlers.queue_items)
    service.hears(OrderCancelled, handlers.cancel_items)
    service.hears(OrderWithdrawn, handlers.cancel_items)
    service.hears(PrintFileRequested, handlers.queue_again)
    service.hears(ProductPublished, handlers.keep_products)
    service.hears(ProductChanged, handlers.keep_products)
    service.says(PrintFileReady, PrintFileFailed)
    service.works_at(
        "make",
        partial(worker.take_items, service.database, settings),
        partial(worker.make_files, service.database, workshop, made, settings),
        signal=items.SIGNAL,
        lanes=settings.lanes,
    )

    service.http.state.files = files
    service.http.state.urls = FileUrls(
        settings.files.url, settings.files.signing_key.get_secret_value()
    )
    path = "/files/{key:path}"
    service.http.add_api_route(path, api.give_file, methods=["GET"])
    service.http.add_api_route(path, api.give_file, methods=["HEAD"], include_in_schema=False)
    return service
