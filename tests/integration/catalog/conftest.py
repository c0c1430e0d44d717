"""Catalog alone, on a real Postgres and a folder of files."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from services.catalog.app import build_app
from services.catalog.settings import Settings
from tests.support.service import Driver, driving

KEY = "catalog-key"


@pytest.fixture
async def catalog(own: Callable[[str], dict[str, Any]], tmp_path: Path) -> AsyncIterator[Driver]:
    """Give catalog, asked by someone who has its key."""
    store = (tmp_path / "files").as_uri()
    settings = Settings(**own("catalog"), api_key=KEY, files_store=store)
    async with driving(build_app(settings)) as driver:
        driver.http.headers["Authorization"] = f"Bearer {KEY}"
        yield driver
