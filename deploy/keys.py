"""The secrets of an embedded installation, made at its first start and kept in its folder."""

import json
import os
from pathlib import Path
from secrets import token_urlsafe

FILE = "keys.json"

NAMES = (
    "database",
    "files_signing",
    "payload_signing",
    "ingest_api",
    "catalog_api",
    "approval_api",
    "fulfillment_api",
    "notifier_api",
    "approval_session",
    "shopify_webhook",
    "shopify_access",
    "completeful_live",
    "completeful_webhook",
)


def keys_of(folder: Path) -> dict[str, str]:
    """Give the folder's secrets; a name that is new is given a secret of its own."""
    file = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    keys = {name: known.get(name) or token_urlsafe(32) for name in NAMES}
    if keys != known:
        fresh = file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(json.dumps(keys, indent=2))
        fresh.replace(file)
    return keys
