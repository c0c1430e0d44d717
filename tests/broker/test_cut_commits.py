"""A commit that is cut short because the broker stands still leaves no complaint behind."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from deploy.topics import ORDERS
from shared.complaints import Complaints
from shared.fetching import Fetching
from shared.progress import SHIELDED, Progress
from shared.standing import Standing
from tests.broker.stream import comes_true
from tests.support.brokers import own_kafka


@pytest.fixture
async def complaints() -> AsyncIterator[list[dict[str, Any]]]:
    """Give what the loop would log, as of tasks whose errors nobody took."""
    gc.collect()  # what other tests left behind complains before
    heard: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, said: heard.append(said))
    yield heard
    loop.set_exception_handler(None)


def shielded() -> list[asyncio.Task[Any]]:
    """Give the commits that go on by themselves."""
    return [
        task
        for task in asyncio.all_tasks()
        if getattr(task.get_coro(), "__qualname__", "") == SHIELDED
    ]


async def unasked(_: object) -> None:
    raise AssertionError("nothing is fetched here")


async def test_a_commit_that_is_cut_leaves_no_complaint(
    tmp_path: Path,
    name: str,
    complaints: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.progress.COMMIT_SECONDS_MAX", 0.3)
    async with own_kafka(tmp_path) as kafka:
        consumer = AIOKafkaConsumer(ORDERS, bootstrap_servers=kafka.servers, group_id=name)
        await consumer.start()
        try:
            progress = Progress([], Fetching(unasked, Complaints(), Standing([])))
            progress.consumer = consumer
            await comes_true(lambda: len(consumer.assignment()) > 0)
            progress.note([SimpleNamespace(topic=ORDERS, partition=0, offset=0)])
            os.kill(kafka.pid, signal.SIGSTOP)

            await progress.commit()
            went_on = len(shielded())
            await kafka.kill()
            await comes_true(lambda: not shielded())
        finally:
            await consumer.stop()
    gc.collect()

    assert went_on == 1
    assert complaints == []
