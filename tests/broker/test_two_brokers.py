"""A cluster of two brokers, which lead one partition each, and one of which is lost."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import NewTopic
from aiokafka.errors import KafkaError

from deploy.embedded import Kafka
from deploy.embedded.ports import HOST, Ports, unusual_ports
from deploy.topics import FAILURES, ORDERS
from tests.broker.stream import administering, comes, open_stream
from tests.support.events import order_received
from tests.support.probe import NAME, Probe, build_probe

CLUSTER = "cGxhdGVuLXR3by1icm9rZQ"
BOTH = {"offsets.topic.replication.factor": "2", "default.replication.factor": "2"}


class Member(Kafka):
    """A broker of the cluster; the first one is its controller too."""

    def __init__(self, folder: Path, node: int, ports: Ports, first: Ports) -> None:
        super().__init__(folder, port=ports.kafka, controller_port=ports.controller)
        roles = "broker,controller" if node == 1 else "broker"
        self._own = BOTH | {"node.id": str(node), "process.roles": roles}
        self._addresses = {"controller.quorum.voters": f"1@{HOST}:{first.controller}"}
        if node != 1:
            self._addresses["listeners"] = f"PLAINTEXT://{HOST}:{ports.kafka}"

    def _write_settings(self, filename: str, settings: Mapping[str, str]) -> None:
        super()._write_settings(filename, {**settings, **self._own})
        with (self._folder / filename).open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in self._addresses.items())


@pytest.fixture
async def brokers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Member, Member]]:
    monkeypatch.setattr("deploy.embedded.kafka._cluster_id", lambda: CLUSTER)
    first = unusual_ports()
    second = unusual_ports(first)
    members = Member(tmp_path / "1", 1, first, first), Member(tmp_path / "2", 2, second, first)
    for member in members:
        await member.start()
    yield members
    for member in reversed(members):
        await member.stop()


async def led_by(servers: str) -> list[int]:
    """Tell which broker leads each partition of the orders' topic."""
    async with administering(servers) as admin:
        [topic] = await admin.describe_topics([ORDERS])
    return sorted(each["leader"] for each in topic["partitions"])


async def test_a_service_follows_its_partitions_from_broker_to_broker(
    brokers: tuple[Member, Member], own: Callable[[str], dict[str, Any]], name: str
) -> None:
    first, second = brokers
    async with administering(first.servers) as admin:
        await admin.create_topics(
            [
                NewTopic(ORDERS, -1, -1, replica_assignments={0: [1, 2], 1: [2, 1]}),
                NewTopic(FAILURES, 1, 2),
            ]
        )
    service = build_probe(Probe(), own(NAME) | {"kafka_servers": first.servers}, name)
    before, after = ([order_received(f"{letter}{each}") for each in range(10)] for letter in "ab")

    async def is_led_by(*nodes: int) -> None:
        async def ask() -> bool:
            try:
                return await led_by(first.servers) == list(nodes)
            except KafkaError:  # of a broker that is gone
                return False

        await comes(ask)

    await is_led_by(1, 2)
    async with service.running(), open_stream(first.servers, name) as stream:
        await stream.publish(*before)
        await stream.has(*before)
        await second.kill()
        await is_led_by(1, 1)
        await stream.publish(*after)
        await stream.has(*after)

    assert {key: len(said) for key, said in stream.heard().items()} == {
        event.key: 1 for event in (*before, *after)
    }
