"""Where a line becomes files: its photos are fetched, it is drawn, and what was made is kept."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from services.printfile.designs import Designs
from services.printfile.domain.findings import Code, Finding
from services.printfile.domain.jobs import Failed, Item, Photo
from services.printfile.domain.making import Done, Made, Order, design_of, ready_event
from services.printfile.files import FileMissing, Files, key_of
from services.printfile.photos import Photos, Refused
from services.printfile.renderer.pool import (
    RENDERER,
    CannotRender,
    Crashed,
    Pool,
    Rendered,
    RenderedFile,
    Unusable,
)
from services.printfile.room import Room
from services.printfile.store import photos as kept_photos
from shared.database import Database
from shared.events import Preview, PrintFile
from shared.templates.template import Template


class Workshop:
    """The tools of the trade: an object store, a fetcher of photos and a pool of drawers."""

    def __init__(
        self,
        database: Database,
        files: Files,
        photos: Photos,
        pool: Pool,
        scratch: Path,
        room: Room,
    ) -> None:
        self._database = database
        self._files = files
        self._photos = photos
        self._pool = pool
        self._room = room
        self._assets = scratch / "assets"
        self._designs = Designs(database, files)

    async def open(self) -> None:
        """Make the folders, and start the drawers."""
        await asyncio.to_thread(self._assets.mkdir, parents=True, exist_ok=True)
        await self._files.open()
        await self._pool.open()

    async def close(self) -> None:
        """Stop the drawers."""
        await self._pool.close()
        await self._photos.close()

    async def make(self, order: Order) -> Done:
        """Give every file of the line: what was made before of the same, or else made now.

        Raises Failed with the reason that there are none, Unavailable when a photo may yet come,
        or Halted.
        """
        photos = {
            field: await self._own_photo(order.item.order_id, address)
            for field, address in order.answers.photos.items()
        }
        design = design_of(order, photos, RENDERER)
        # Whoever asks again has a reason to doubt what is there.
        found = await self._designs.find(design, surely=order.item.attempts > 1)
        made = found
        if made is None:
            with self._room.desk() as folder:
                brought = await self._bring_photos(order, photos, folder)
                design = design_of(order, photos, RENDERER)
                made = await self._draw(order, photos, brought, folder)
            self._designs.remember(design, made)
        if order.is_alike_for_all:
            self._designs.remember_ware(order, design)
        ready = ready_event(order, made, converted(photos))
        return Done(design, made, ready, was_found=made is found)

    async def prepare(self, template: Template) -> bool:
        """Make one picture ready that orders will show; True when none is missing.

        Raises Failed or Halted as an order of the template would.
        """
        sources = await self._fetch_assets(template)
        try:
            return await self._pool.prepare(template, sources)
        except (CannotRender, Crashed) as reason:
            raise Failed("render_failed", str(reason)) from reason

    def recall(self, item: Item) -> Done | None:
        """Guess what the line is and what is made of it, where shoppers are asked nothing.

        None when that is not remembered. Whoever records it sees whether it is still so.
        """
        known = self._designs.recall(item)
        if known is None:
            return None
        before, design, made = known
        ready = ready_event(replace(before, item=item), made, ())
        return Done(design, made, ready, was_found=True)

    async def _draw(
        self, order: Order, photos: Mapping[str, Photo], brought: dict[str, Path], folder: Path
    ) -> Made:
        sources = await self._fetch_assets(order.template) | brought
        rendered = await self._render(order, photos, sources, folder)
        files = [await self._keep(file) for file in rendered.files]
        previews = [
            await self._keep_preview(Path(each.path), each.sha256) for each in rendered.previews
        ]
        small = rendered.previews[0]
        preview = Preview(key=previews[0], width_px=small.width, height_px=small.height)
        keys = (*(file.key for file in files), *previews)
        return Made(tuple(files), preview, rendered.findings, keys)

    async def _own_photo(self, order_id: str, address: str) -> Photo:
        """Give our own copy of a shopper's picture, fetched once."""
        async with self._database.statement() as transaction:
            known = await kept_photos.find_photo(transaction, order_id, address)
        return known or await self._fetch_photo(order_id, address)

    async def _fetch_photo(self, order_id: str, address: str) -> Photo:
        with self._room.desk() as folder:
            photo = await self._copy_photo(address, folder)
        async with self._database.transaction() as transaction:
            await kept_photos.keep_photo(transaction, order_id, address, photo)
        return photo

    async def _copy_photo(self, address: str, folder: Path) -> Photo:
        raw, copy = folder / "raw", folder / "copy"
        try:
            await self._photos.fetch(address, raw)
            made = await self._pool.copy_photo(raw, copy)
        except Refused as reason:
            raise Failed("photo_unavailable", str(reason)) from reason
        except Unusable as reason:
            raise Failed("photo_unusable", str(reason)) from reason
        except Crashed as reason:
            raise Failed("photo_unusable", f"the photo cannot be read: {reason}") from reason
        key = key_of("photos", made.sha256, made.media_type)
        await self._files.keep(key, copy)
        return Photo(
            made.sha256, key, made.media_type, made.width, made.height, made.converted_from
        )

    async def _fetch_assets(self, template: Template) -> dict[str, Path]:
        """Bring artwork here once, for every order that shows it."""
        found = {}
        for sha256 in template.assets:
            found[sha256] = path = self._assets / sha256
            try:
                os.utime(path)  # what was not used for long may be deleted
            except FileNotFoundError:
                await self._fetch(key_of("assets", sha256, "image/png"), path)
        return found

    async def _bring_photos(
        self, order: Order, photos: dict[str, Photo], folder: Path
    ) -> dict[str, Path]:
        """Bring our copies here; one that is lost is fetched anew from where the shopper put it."""
        for field, address in order.answers.photos.items():
            photo = photos[field]
            try:
                await self._files.fetch(photo.key, folder / photo.sha256)
            except FileMissing:
                async with self._database.transaction() as transaction:
                    await kept_photos.forget_photo(transaction, photo)
                photos[field] = photo = await self._fetch_photo(order.item.order_id, address)
                await self._fetch(photo.key, folder / photo.sha256)
        return {photo.sha256: folder / photo.sha256 for photo in photos.values()}

    async def _fetch(self, key: str, path: Path) -> None:
        """Bring a file here whole; raises Failed when the object store does not have it."""
        try:
            await self._files.fetch(key, path)
        except FileMissing as reason:
            raise Failed("render_failed", f"{key} is not in the object store") from reason

    async def _render(
        self,
        order: Order,
        photos: Mapping[str, Photo],
        sources: Mapping[str, Path],
        folder: Path,
    ) -> Rendered:
        output = folder / "made"
        await asyncio.to_thread(output.mkdir)
        answers = order.answers.with_photos(
            {field: photo.sha256 for field, photo in photos.items()}
        )
        try:
            return await self._pool.render(order.template, answers, sources, output)
        except (CannotRender, Crashed) as reason:
            raise Failed("render_failed", str(reason)) from reason

    async def _keep(self, made: RenderedFile) -> PrintFile:
        key = key_of("prints", made.sha256, made.media_type)
        await self._files.keep(key, Path(made.path))
        return PrintFile(
            print_location=made.location,
            key=key,
            sha256=made.sha256,
            media_type=made.media_type,
            size_bytes=made.size_bytes,
            width_px=made.width,
            height_px=made.height,
            dpi=made.dpi,
        )

    async def _keep_preview(self, path: Path, sha256: str) -> str:
        key = key_of("previews", sha256, "image/webp")
        await self._files.keep(key, path)
        return key


def converted(photos: Mapping[str, Photo]) -> list[Finding]:
    """Tell whose colours had to be converted."""
    return [
        Finding.of(
            Code.COLOUR_CONVERTED,
            f"the photo's colours were converted from {photo.converted_from} to sRGB",
            field=field,
        )
        for field, photo in photos.items()
        if photo.converted_from
    ]
