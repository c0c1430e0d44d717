"""What cannot be taken in, from the door or the stream to the dashboard and back."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from services.approval.access import COOKIE
from shared.web import Person, Role, Sessions
from tests.end_to_end.world import World
from tests.support.shopify import webhook

HERE = {"Sec-Fetch-Site": "same-origin"}


class Merchant:
    """Somebody who looks at the page of failures and presses its buttons."""

    def __init__(self, world: World, http: httpx.AsyncClient) -> None:
        self._world = world
        self._http = http

    async def sees(self, *texts: str, but_not: str = "<none>") -> str:
        """Wait until the page shows all of this, and give the page."""
        page = ""

        async def is_shown() -> bool:
            nonlocal page
            page = (await self._http.get("/failures")).raise_for_status().text
            return all(text in page for text in texts) and but_not not in page

        await self._world.in_time(is_shown, lambda: f"{texts} on {page}")
        return page

    async def presses(self, action: str, page: str) -> None:
        """Press the first button of this kind."""
        form = page[page.index(f'action="{action}"') :].partition("</form>")[0]
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        answer = await self._http.post(action, data=fields, headers=HERE)
        assert answer.status_code == 303

    async def opens(self, path: str) -> httpx.Response:
        """Follow a link."""
        return await self._http.get(path, follow_redirects=True)


@pytest.fixture
async def merchant(world: World) -> AsyncIterator[Merchant]:
    home = world.running.home
    session = Sessions(home.session_key).new_cookie(
        Person("Ada", Role.APPROVER).sealed(), datetime.now(UTC)
    )
    async with httpx.AsyncClient(base_url=home.url, cookies={COOKIE: session}, timeout=60) as http:
        yield Merchant(world, http)


async def test_a_webhook_that_cannot_be_read_is_seen_and_set_aside(
    world: World, merchant: Merchant
) -> None:
    outside = world.running.world.outside
    content = {"id": "no number", "email": "ada@example.com"}
    request = webhook(
        content, secret=outside.shopify_webhook_secret, X_Shopify_Shop_Domain=outside.shop
    )
    async with httpx.AsyncClient(base_url=world.running.home.url, timeout=60) as store:
        assert (await store.post("/webhooks/shopify", **request)).status_code == 200

    unread = "1 webhook orders/create could not be read"
    page = await merchant.sees(unread, outside.shop)
    [link] = re.findall(r'href="(/failures/payload/\d+)"', page)
    payload = await merchant.opens(link)
    assert payload.json() == content
    await merchant.presses("/failures/retry", page.partition(f"{unread}</h2>")[2])
    page = await merchant.sees(unread, but_not="Ada asked for it")
    await merchant.presses("/failures/drop", page.partition(f"{unread}</h2>")[2])

    await merchant.sees("Failures", but_not=unread)
    assert (await merchant.opens(link)).status_code == 404


async def test_a_product_that_cannot_be_taken_in_is_seen_and_given_up(
    world: World, merchant: Merchant
) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=world.running.home.stack.kafka_servers)
    await producer.start()
    headers = [("ce_type", b"ProductChanged"), ("content-type", b"application/json")]
    await producer.send_and_wait("catalog.v1", b"{", key=b"broken-tee", headers=headers)
    await producer.stop()

    what = "could not take in ProductChanged of broken-tee"
    own = "This page could not take in ProductChanged of"
    page = await merchant.sees(f"printfile {what}", f"fulfillment {what}", own)
    for service in ("printfile", "fulfillment"):
        await merchant.presses("/failures/drop", page.partition(f"{service} {what}</h2>")[2])
    await merchant.presses("/letters/drop", page.partition(own)[2])

    await merchant.sees("Failures", but_not="ProductChanged of broken-tee")
