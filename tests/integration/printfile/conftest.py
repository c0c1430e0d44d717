"""Printfile alone, on a real Postgres, with real artwork and a real photo over real HTTP."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.sandbox.storefront.app import build_app as build_storefront
from deploy.sandbox.storefront.settings import Settings as StorefrontSettings
from deploy.seed.products import Seed, read_seed
from deploy.serving import listen, url_of
from services.printfile.app import build_app
from services.printfile.files import Files
from services.printfile.settings import Settings
from shared.server import serving
from shared.settings import FileUrlSettings
from tests.support.service import Driver, driving

SIGNING_KEY = "signing key of the tests"


@pytest.fixture(scope="session")
def seed() -> Seed:
    """Give the demo's products, templates and artwork."""
    return read_seed()


@pytest.fixture(scope="session")
async def photos_url() -> AsyncIterator[str]:
    """Give the address of a store that serves shoppers' photos."""
    listener = listen(0)
    url = url_of(listener)
    settings = StorefrontSettings(
        access_token="token", webhook_secret="hush", webhook_url=url, public_url=url
    )
    async with serving(build_storefront(settings), listener, lifespan=True):
        yield f"{url}/photos"


@pytest.fixture
async def settings(own: Callable[[str], dict[str, Any]], tmp_path: Path, seed: Seed) -> Settings:
    """Give settings with an object store that holds the seed's artwork."""
    store = (tmp_path / "files").as_uri()
    files = Files(store)
    await files.open()
    for sha256, path in seed.artwork.items():
        await files.keep(f"assets/{sha256}.png", path)
    return Settings(
        **own("printfile"),
        files_store=store,
        files=FileUrlSettings(url="http://printfile", signing_key=SIGNING_KEY),
        scratch=tmp_path / "scratch",
        processes=1,
        photo_private_hosts=("127.0.0.1",),
        photo_attempts=1,
    )


@pytest.fixture
async def printfile(settings: Settings) -> AsyncIterator[Driver]:
    async with driving(build_app(settings)) as driver:
        yield driver
