"""Kafka and Postgres from their official images, for as long as the tests run."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import docker
import structlog
from docker.errors import APIError, DockerException, ImageNotFound
from requests.exceptions import RequestException
from testcontainers.community.kafka import KafkaContainer
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config

from deploy.embedded import Stack

KAFKA_IMAGE = "apache/kafka:4.4.0"
POSTGRES_IMAGE = "postgres:17-alpine"
DEFAULT_SOCKET = Path("/var/run/docker.sock")
ANSWER_SECONDS = 2
START_SECONDS = 120

KAFKA_SETTINGS = {
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_NUM_PARTITIONS": "3",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
    # As the embedded broker has it: what is killed is replaced in seconds.
    "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_HEAP_OPTS": "-Xmx384m",
}
# Text sorts as it does in the embedded Postgres, whatever C library the image has.
INITDB_ARGS = "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"

log = structlog.get_logger()


class Kafka(KafkaContainer):
    """The library's container made to run Apache's own image, which starts in another way."""

    def __init__(self) -> None:
        super().__init__(KAFKA_IMAGE)
        self.kraft_enabled = True
        for name, value in KAFKA_SETTINGS.items():
            self.with_env(name, value)

    def tc_start(self) -> None:
        """Tell the broker the address that it has outside, known only by now, and let it start."""
        outside = f"{self.listener_name}://{self.get_bootstrap_server()}"
        script = (
            f"export KAFKA_ADVERTISED_LISTENERS={outside},BROKER://localhost:9092\n"
            "exec /etc/kafka/docker/run\n"
        )
        self.create_file(script.encode(), self.TC_START_SCRIPT)


def can_run() -> bool:
    """Tell whether a Docker daemon answers and has, or can get, the images.

    Without a socket this is known at once.
    """
    if not os.environ.get("DOCKER_HOST") and not DEFAULT_SOCKET.exists():
        return False
    try:
        docker.from_env(timeout=ANSWER_SECONDS).close()
    except (DockerException, RequestException) as error:
        log.info("docker_does_not_answer", reason=str(error))
        return False
    with closing(docker.from_env()) as client:
        if not (has_image(client, KAFKA_IMAGE) and has_image(client, POSTGRES_IMAGE)):
            return False
        # The reaper only clears up after a run that was killed; the tests do without it.
        reaper = testcontainers_config
        reaper.ryuk_disabled = reaper.ryuk_disabled or not has_image(client, reaper.ryuk_image)
    return True


def has_image(client: docker.DockerClient, image: str) -> bool:
    """Tell whether the daemon has the image, after trying to pull it."""
    try:
        client.images.get(image)
    except ImageNotFound:
        try:
            client.images.pull(image)
        except (APIError, RequestException) as error:
            log.warning("image_not_available", image=image, reason=str(error))
            return False
    return True


@asynccontextmanager
async def container_stack() -> AsyncIterator[Stack]:
    """Run both containers side by side, and remove them with their data."""
    kafka = Kafka()
    postgres = PostgresContainer(POSTGRES_IMAGE, driver=None)
    postgres.with_env("POSTGRES_INITDB_ARGS", INITDB_ARGS)
    postgres.with_command("postgres -c max_connections=200 -c jit=off")
    try:
        await asyncio.gather(
            asyncio.to_thread(kafka.start, START_SECONDS), asyncio.to_thread(postgres.start)
        )
        yield Stack(kafka.get_bootstrap_server(), postgres.get_connection_url())
    finally:
        await asyncio.gather(asyncio.to_thread(kafka.stop), asyncio.to_thread(postgres.stop))
