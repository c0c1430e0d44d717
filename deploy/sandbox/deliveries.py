"""Webhooks on their way: kept first, then sent, and sent again with growing delay until heard."""

import asyncio
import time
import uuid
from collections.abc import Callable

import httpx

from deploy.sandbox.faults import Faults
from deploy.sandbox.records import Document, Records
from deploy.sandbox.timers import Timers

FAULTS = ("duplicate_webhook", "bad_signature", "drop_webhook")
RETRIES = 8
CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
CONCURRENT = 32

Sign = Callable[[Document, bytes], dict[str, str]]


class Deliveries:
    """Every webhook that was ever due, and what became of it.

    At least once: a process killed while the other side answers sends again after its restart.
    """

    def __init__(
        self, records: Records, timers: Timers, faults: Faults, sign: Sign, *, retry_seconds: float
    ) -> None:
        self._records = records
        self._timers = timers
        self._faults = faults
        self._sign = sign
        self._slots = asyncio.Semaphore(CONCURRENT)
        self._http: httpx.AsyncClient | None = None
        self._retry_seconds = retry_seconds
        timers.bind("deliver", self._attempt)

    def open(self) -> None:
        """Get ready to speak to the outside."""
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        self._http = httpx.AsyncClient(timeout=timeout, trust_env=False)

    async def close(self) -> None:
        """Hang up."""
        if self._http is not None:
            await self._http.aclose()

    def send(
        self, topic: str, body: str, *, url: str, about: str, detail: Document, delay: float = 0
    ) -> Document:
        """Have a webhook sent; `detail` is what signing it will need."""
        dropped = self._faults.take("drop_webhook", topic) is not None
        delivery: Document = {
            "id": str(uuid.uuid4()),
            "topic": topic,
            "about": about,
            "url": url,
            "detail": detail,
            "status": "dropped" if dropped else "waiting",
            "attempts": 0,
            "last_answer": None,
            "created": time.time(),
            "next_attempt": time.time() + delay,
            "delivered": None,
        }
        self._records.put("delivery", delivery["id"], delivery, about=about)
        self._records.put("delivery_body", delivery["id"], {"body": body})
        if not dropped:
            self._timers.set("deliver", delivery["id"], seconds=delay)
        return delivery

    def of(self, about: str) -> list[Document]:
        """Give the webhooks about one thing, oldest first."""
        return self._records.about("delivery", about)

    def all(self) -> list[Document]:
        """Give every webhook, oldest first."""
        return self._records.all("delivery")

    def body(self, key: str) -> str:
        """Give what a webhook says; it is kept apart, since few who list webhooks read them."""
        kept = self._records.get("delivery_body", key)
        return kept["body"] if kept else ""

    async def _attempt(self, key: str) -> None:
        delivery = self._records.get("delivery", key)
        if delivery is None or delivery["status"] != "waiting":
            return
        copies = 2 if self._faults.take("duplicate_webhook", delivery["topic"]) else 1
        async with self._slots:
            answers = await asyncio.gather(*(self._post(delivery) for _ in range(copies)))
        delivery["attempts"] += 1
        delivery["last_answer"] = answers[0]
        with self._records.transaction():
            if answers[0].startswith("2"):
                delivery |= {"status": "delivered", "delivered": time.time()}
            elif delivery["attempts"] > RETRIES:
                delivery["status"] = "failed"
            else:
                pause = self._retry_seconds * 2 ** (delivery["attempts"] - 1)
                delivery["next_attempt"] = time.time() + pause
                self._timers.set("deliver", key, seconds=pause)
            self._records.put("delivery", key, delivery)

    async def _post(self, delivery: Document) -> str:
        """Send once, and say what came back: a status, or why nothing did."""
        if self._http is None:
            raise RuntimeError("deliveries are not open")
        body = self.body(delivery["id"]).encode()
        forged = self._faults.take("bad_signature", delivery["topic"]) is not None
        headers = self._sign(delivery, body + b" " if forged else body)
        headers["Content-Type"] = "application/json"
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._http.post(delivery["url"], content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return type(error).__name__
        return str(answer.status_code)


def summary(delivery: Document) -> Document:
    """Say what became of a webhook, without its body."""
    names = ("topic", "id", "status", "attempts", "last_answer")
    return {name: delivery[name] for name in names}
