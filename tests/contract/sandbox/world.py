"""What the tests of the sandbox share: a server, a listener for webhooks, print files, orders."""

import asyncio
import socket
import struct
import uuid
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

LIVE_KEY, TEST_KEY = "capp_live_1.secret", "capp_test_1.secret"
TOKEN, SECRET = "shpat_test", "store-secret"

PRODUCTS = [
    {
        "product_id": 9001,
        "title": "Name Shirt",
        "variants": [{"id": 9101, "sku": "TEE-M", "title": "M / White", "price": "24.00"}],
        "questions": [{"name": "Name"}, {"name": "Photo", "kind": "photo"}],
    },
    {
        "product_id": 9002,
        "title": "Poster",
        "variants": [{"id": 9201, "sku": "POSTER", "price": "12.50"}],
        "fulfilled_by_others": True,
    },
]

TEE = "ad6da5d4-2bfd-5f48-ab04-bc103a2647bf"
TEE_WHITE_M = "4682c443-14f9-5fb0-93d7-1f1621dc833f"
FRONT = "a9b2ca84-d9ad-5095-aa6a-c4ff9f8f61ff"
MUG = "279be318-1fcf-5eec-8ddd-f0fbaff9f2ed"
WRAP = "c3a7922f-9a1e-5873-9f24-29e29b61dc16"
SHOP = "/v1/shops/0299e1af-2c45-58e2-b2eb-da7dd9191bea"
ORDERS = f"{SHOP}/orders"
MUG_SIZE = (2700, 1125)
ADDRESS = {
    "name": "Ada Abbott",
    "line1": "1 Maple Avenue",
    "city": "Nashville",
    "region": "TN",
    "postal_code": "37203",
    "country": "US",
}

Json = dict[str, Any]


@dataclass
class Heard:
    """One webhook as it came in."""

    headers: httpx.Headers
    body: bytes


@dataclass
class Listener:
    """A place for webhooks; it answers as it is told, and 200 otherwise."""

    heard: asyncio.Queue[Heard] = field(default_factory=asyncio.Queue)
    answers: list[int] = field(default_factory=list)
    url: str = ""

    async def hears(self, count: int = 1) -> list[Heard]:
        return [await self.heard.get() for _ in range(count)]


@asynccontextmanager
async def serve_app(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an app on a free port; who connects early waits until it has started."""
    # asyncio leaves Nagle's delay of 40 ms on unless a socket names its protocol.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


def png(width: int = MUG_SIZE[0], height: int = MUG_SIZE[1]) -> bytes:
    """Make a transparent PNG of a size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(bytes((width * 4 + 1) * height), 1)
    ends = chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + ends


@dataclass
class FileServer:
    """A place that print files are downloaded from."""

    files: dict[str, bytes] = field(default_factory=dict)
    url: str = ""

    def put(self, name: str, body: bytes) -> str:
        self.files[name] = body
        return f"{self.url}/{name}"


@dataclass
class Outside:
    """Listeners and file servers behind one address, each at a place of its own."""

    listeners: dict[str, Listener] = field(default_factory=dict)
    servers: dict[str, FileServer] = field(default_factory=dict)
    url: str = ""

    def add_listener(self) -> Listener:
        place = uuid.uuid4().hex
        self.listeners[place] = Listener(url=f"{self.url}/{place}/hooks")
        return self.listeners[place]

    def add_files(self) -> FileServer:
        place = uuid.uuid4().hex
        self.servers[place] = FileServer(url=f"{self.url}/{place}")
        return self.servers[place]

    async def receive(self, request: Request) -> Response:
        listener = self.listeners[request.path_params["place"]]
        heard = Heard(httpx.Headers(request.headers.raw), await request.body())
        listener.heard.put_nowait(heard)
        return Response(status_code=listener.answers.pop(0) if listener.answers else 200)

    async def give(self, request: Request) -> Response:
        files = self.servers[request.path_params["place"]].files
        body = files.get(request.path_params["name"])
        return Response(status_code=404) if body is None else Response(body)


def mug_order(external_id: str | None, *urls: str) -> Json:
    """Order a mug for each print file."""
    return {
        "external_order_id": external_id,
        "shipping_address": ADDRESS,
        "line_items": [
            {
                "quantity": 1,
                "catalog_product_id": MUG,
                "variant_id": MUG,
                "print_files": [{"print_location_id": WRAP, "url": url}],
            }
            for url in urls
        ],
    }


async def create(completeful: httpx.AsyncClient, order: Json, key: str = "") -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await completeful.post(ORDERS, json=order, headers=headers)


async def records(completeful: httpx.AsyncClient) -> list[Json]:
    shown: list[Json] = (await completeful.get("/sandbox/orders")).json()["orders"]
    return shown
