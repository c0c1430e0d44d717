"""The print files in the life of an order."""

from typing import Literal

from shared.events.orders import _OrderEvent
from shared.events.values import Finding, LineItem, Preview, PrintFile


class PrintFileReady(_OrderEvent):
    """Every print file of one line item is made and stored; pins product and template version.

    `item_fingerprint` says of which version of the line, so that a file made from answers that
    have changed since is never taken for the new ones.
    """

    line_item_id: str
    item_fingerprint: str = ""
    product_id: str
    variant_id: str
    template_version: int
    files: tuple[PrintFile, ...]
    preview: Preview
    findings: tuple[Finding, ...] = ()


class PrintFileFailed(_OrderEvent):
    """A line item has no print file, for a reason a person can act on.

    `unknown_product` and `missing_personalization` hold the order; the others are failures of
    the making, after which the same request may be made again.
    """

    line_item_id: str
    item_fingerprint: str = ""
    code: Literal[
        "unknown_product",
        "missing_personalization",
        "invalid_personalization",
        "photo_unavailable",
        "photo_unusable",
        "render_failed",
    ]
    reason: str


class PrintFileRequested(_OrderEvent):
    """A person asked that a line item's print file be made again.

    With `line` it is made from the person's version of the line. That version stays until the
    store has another one than `corrects`, the fingerprint of the store's version it replaces.
    The line keeps the version of the template that it was pinned to when it was first seen, unless
    the person wants the `newest` one.
    """

    line_item_id: str
    requested_by: str
    line: LineItem | None = None
    corrects: str = ""
    template: Literal["pinned", "newest"] = "pinned"


class PrintFilesDeleted(_OrderEvent):
    """The order's print files, previews and photos are gone; said when the order is over.

    With `asked_for` the shopper's answers are forgotten as well, and nothing is made any more.
    """

    why: Literal["kept_long_enough", "asked_for"]
