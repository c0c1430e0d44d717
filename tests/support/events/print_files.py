"""Builders of what becomes of print files."""

from typing import Any

from shared.events import Preview, PrintFileFailed, PrintFileReady, PrintFilesDeleted
from tests.support.events.values import order_id, print_file


def print_file_ready(number: str = "1001", **changes: Any) -> PrintFileReady:
    """Build the news that the T-shirt's file is made."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "line_item_id": "7001",
        "product_id": "adventure-tee",
        "variant_id": "black-m",
        "template_version": 1,
        "files": (print_file(),),
        "preview": Preview(key=f"previews/{'b' * 64}.webp", width_px=600, height_px=720),
    }
    return PrintFileReady(**values | changes)


def print_file_failed(number: str = "1001", **changes: Any) -> PrintFileFailed:
    """Build the news that the shopper's photo could not be used."""
    values: dict[str, Any] = {
        "order_id": order_id(number),
        "line_item_id": "7001",
        "code": "photo_unusable",
        "reason": "the photo is cut off in the middle: ask the shopper for the whole file",
    }
    return PrintFileFailed(**values | changes)


def print_files_deleted(number: str = "1001", **changes: Any) -> PrintFilesDeleted:
    """Build the news that the order's files are gone."""
    values: dict[str, Any] = {"order_id": order_id(number), "why": "kept_long_enough"}
    return PrintFilesDeleted(**values | changes)
