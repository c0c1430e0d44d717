"""A broker of a test's own, which it may kill, or whose topics it may delete."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.embedded import Kafka
from deploy.embedded.ports import unusual_ports
from deploy.topics import create_topics


@asynccontextmanager
async def own_kafka(folder: Path) -> AsyncIterator[Kafka]:
    """Run a broker with our topics.

    What starts meanwhile tries the usual ports first, and could take them before they are used.
    """
    ports = unusual_ports()
    kafka = Kafka(folder / "kafka", port=ports.kafka, controller_port=ports.controller)
    try:
        await kafka.start()
        await create_topics(kafka.servers)
        yield kafka
    finally:
        await kafka.stop()
