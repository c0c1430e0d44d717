"""The topics of the stream, created before anyone speaks or listens."""

import math

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    CoordinatorNotAvailableError,
    KafkaError,
    TopicAlreadyExistsError,
    for_code,
)

from deploy.roles import SERVICES
from shared.patience import insist, until

DAY_MILLISECONDS = 24 * 3600 * 1000
KEPT_FOR_A_WEEK = {
    "retention.ms": str(7 * DAY_MILLISECONDS),
    # A record goes with the segment that it lies in, when the newest of it is as old. Kafka fills
    # one for a week: on a quiet stream a record would outlive what the inboxes remember of it.
    "segment.ms": str(DAY_MILLISECONDS // 2),
}
ORDERS = "orders.v1"
CATALOG = "catalog.v1"
FAILURES = "failures.v1"

PARTITIONS = 6
"""How many processes of one service can share the orders."""

PARTITIONS_OF_ONE_MACHINE = 2
"""Each fetch names every partition, in the broker as in the reader: few are cheaper for few."""

GROUPS = [chr(48 + number) for number in range(50)]
"""Names of groups of which Kafka keeps each on another partition of its own, of 50 by default."""


def all_topics(partitions: int, replicas: int) -> list[NewTopic]:
    """Describe every topic: orders, products, failures, and a dead-letter topic for each listener.

    Only the orders are many enough to be shared by several processes of a service.
    """
    topics = {
        ORDERS: KEPT_FOR_A_WEEK,
        CATALOG: {"cleanup.policy": "compact"},
        FAILURES: KEPT_FOR_A_WEEK,
        **{
            f"{topic}-{service}-dlt": KEPT_FOR_A_WEEK
            for topic in (ORDERS, CATALOG, FAILURES)
            for service in SERVICES
        },
    }
    return [
        NewTopic(
            name,
            num_partitions=partitions if name == ORDERS else 1,
            replication_factor=replicas,
            topic_configs=config,
        )
        for name, config in topics.items()
    ]


async def create_topics(
    servers: str,
    *,
    partitions: int = PARTITIONS,
    replicas: int = 1,
    wait_seconds: float = math.inf,
) -> None:
    """Create what is missing, and wait until all can be written and read; safe to repeat.

    Raises what keeps it from the broker when that is not over after so many seconds.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    try:
        await insist(
            admin.start,
            on=(KafkaError, OSError),
            what="reach Kafka",
            last=2,
            within=wait_seconds,
        )
        topics = all_topics(partitions, replicas)
        answer = await admin.create_topics(topics)
        for name, code, *rest in answer.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise error(f"the topic {name} could not be created: {rest}")
        await until(lambda: have_leaders(admin, [topic.name for topic in topics]))
        await until(lambda: knows_groups(admin))
    finally:
        await admin.close()


async def have_leaders(admin: AIOKafkaAdminClient, names: list[str]) -> bool:
    """Tell whether every partition of these topics can be written to."""
    described = await admin.describe_topics(names)
    return len(described) == len(names) and all(
        topic["partitions"] and all(partition["leader"] >= 0 for partition in topic["partitions"])
        for topic in described
    )


async def knows_groups(admin: AIOKafkaAdminClient) -> bool:
    """Tell whether it is known for every group which broker keeps how far it has read.

    The first who asks has the broker make the topic for that, and is told to ask again. Who may
    not ask cannot wait for it.
    """
    try:
        for group in GROUPS:
            await admin.find_coordinator(group)
    except CoordinatorNotAvailableError:
        return False
    except KafkaError:
        return True
    return True
