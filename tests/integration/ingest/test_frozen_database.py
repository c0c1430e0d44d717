"""A store is answered in time when the database is not, and loses nothing by it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from deploy.chaos.proxy import Proxy
from services.ingest.app import build_app
from services.ingest.settings import Settings
from shared.patience import until
from tests.support.events import SHOP
from tests.support.service import driving
from tests.support.shopify import SECRET, shopify_order, webhook

PATH = "/webhooks/shopify"


async def test_a_silent_database_is_answered_503_in_time(
    own: Callable[[str], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.ingest.webhooks.door.COMMIT_SECONDS_MAX", 0.4)
    values = own("ingest")
    address = urlsplit(values["database_url"])
    proxy = Proxy([address.port or 0])
    await proxy.open()
    there = address._replace(netloc=address.netloc.replace(f":{address.port}", f":{proxy.port}"))
    settings = Settings(
        **values | {"database_url": urlunsplit(there)},
        shops=(SHOP,),
        shopify_secrets=(SECRET,),
        api_key="key",
        payload_key="signs payloads",
    )
    requests = [webhook(shopify_order(number)) for number in range(12)]

    async with driving(build_app(settings)) as ingest:

        async def is_taken(request: dict[str, Any]) -> bool:
            return (await ingest.http.post(PATH, **request)).status_code == 200

        await until(lambda: is_taken(requests[0]))
        proxy.hold()
        async with asyncio.timeout(60):
            answers = [await ingest.http.post(PATH, **request) for request in requests]
        proxy.mend()
        for request in requests:
            await until(partial(is_taken, request))

        assert {answer.status_code for answer in answers} == {503}
        assert answers[0].headers["Retry-After"] == "1"
        assert len(await ingest.says()) == 12
    await proxy.close()
