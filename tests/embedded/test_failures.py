"""What an operator reads when a part cannot start."""

from pathlib import Path

import pytest

from deploy.embedded import Kafka, PortTaken, Postgres, StackError, embedded_stack
from deploy.embedded.ports import unusual_ports
from tests.embedded.processes import take


async def test_data_of_another_version_is_named_with_the_log(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path, port=unusual_ports().postgres)
    await postgres.start()
    await postgres.stop()
    (tmp_path / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(StackError) as refusal:
        await postgres.start()

    assert "made by another version" in str(refusal.value)
    assert str(postgres.log) in str(refusal.value)
    assert "FATAL" in str(refusal.value)


async def test_a_broker_without_its_port_says_so(tmp_path: Path) -> None:
    ports = unusual_ports()
    kafka = Kafka(tmp_path, port=ports.kafka, controller_port=ports.controller)

    with take(ports.kafka), pytest.raises(PortTaken, match="Another program took its port"):
        await kafka.start()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(StackError, match="choose another folder"):
        async with embedded_stack(file / "inside"):
            pass
