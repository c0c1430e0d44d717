"""Makes artwork ready before the first order shows it, as long as no order needs the processes."""

import asyncio
import os
import shutil

import structlog

from services.printfile.domain.jobs import Failed, Halted, Version
from services.printfile.domain.making import template_of
from services.printfile.settings import Settings
from services.printfile.store.products import find_newest, find_templates
from services.printfile.workshop import Workshop
from shared.database import Database
from shared.templates.template import Template

PRODUCTS_MAX = 100
FREE_BYTES_MIN = 1_000_000_000
"""What preparing leaves of the disk for the orders themselves."""

log = structlog.get_logger()


class Preparer:
    """Takes the newest products' templates one after another, a picture at a time.

    What is ready, the disk tells; what was tried is known as long as the process lives. What cannot
    be made ready is told in the log once: orders of it say themselves what is wrong.
    """

    def __init__(self, database: Database, workshop: Workshop, settings: Settings) -> None:
        self._database = database
        self._workshop = workshop
        self._folder = settings.scratch
        self._bytes_max = settings.prepared_bytes_max
        self._known: set[Version] = set()
        self._at_hand: tuple[Version, Template] | None = None
        self._is_full = False

    async def prepare_next(self) -> int:
        """Make one picture ready; 0 when none is missing, or there is no room for more."""
        at_hand = self._at_hand = self._at_hand or await self._find()
        if at_hand is None or not await self._has_room():
            return 0
        self._at_hand = None
        version, template = at_hand
        try:
            is_all = await self._workshop.prepare(template)
        except (Failed, Halted) as reason:
            tell_failed(version, reason)
        else:
            self._at_hand = None if is_all else at_hand
        return 1

    async def _find(self) -> tuple[Version, Template] | None:
        """Give the newest template that was not tried yet."""
        async with self._database.statement() as statement:
            newest = await find_newest(statement, PRODUCTS_MAX)
        self._known.intersection_update(newest)
        for version in newest:
            if version not in self._known:
                self._known.add(version)
                async with self._database.statement() as statement:
                    documents = await find_templates(statement, [version])
                try:
                    return version, template_of(documents[version])
                except Failed as reason:
                    tell_failed(version, reason)
        return None

    async def _has_room(self) -> bool:
        used, free = await asyncio.to_thread(self._space)
        is_full = used >= self._bytes_max or free < FREE_BYTES_MIN
        if is_full and not self._is_full:
            log.warning("preparing_rests", used_bytes=used, free_bytes=free)
        self._is_full = is_full
        return not is_full

    def _space(self) -> tuple[int, int]:
        """Give how large the folder has become, and what the disk still has."""
        with os.scandir(self._folder) as entries:
            used = sum(size_of(entry) for entry in entries)
        return used, shutil.disk_usage(self._folder).free


def size_of(entry: os.DirEntry[str]) -> int:
    """Give the bytes of a file; none of a folder, and of what was renamed just now."""
    try:
        return entry.stat().st_size if entry.is_file() else 0
    except FileNotFoundError:
        return 0


def tell_failed(version: Version, reason: Exception) -> None:
    """Note in the log what could not be made ready."""
    product_id, number = version
    log.warning("preparing_failed", product_id=product_id, version=number, reason=str(reason))
