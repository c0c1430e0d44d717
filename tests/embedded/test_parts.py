"""What the running parts of the embedded stack do, and what they do after a blow."""

import os
import signal
import sys
from pathlib import Path

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.embedded import Parts, StackError, embedded_stack
from deploy.embedded.stack import running_stack
from tests.embedded import exchange
from tests.embedded.processes import lives, parent_of, until


def folder_of(parts: Parts) -> Path:
    return parts.kafka.log.parent.parent


async def test_an_event_and_a_row_come_back(parts: Parts) -> None:
    await exchange.leave(parts.stack, "first")

    assert "first" in await exchange.events(parts.stack)
    assert "first" in await exchange.rows(parts.stack)


async def test_a_topic_nobody_created_does_not_appear(parts: Parts) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=parts.stack.kafka_servers)
    await admin.start()

    [told] = await admin.describe_topics(["never-created"])

    await admin.close()
    assert told["error_code"] != 0


async def test_the_database_refuses_a_wrong_password(parts: Parts) -> None:
    url = parts.stack.database_url
    forged = url.replace(url.split(":")[2].split("@")[0], "guessed")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(forged)


async def test_a_commit_waits_for_the_disk(parts: Parts) -> None:
    connection = await asyncpg.connect(parts.stack.database_url)

    settings = [await connection.fetchval(f"SHOW {n}") for n in ("fsync", "synchronous_commit")]

    await connection.close()
    assert settings == ["on", "on"]


async def test_the_password_is_its_owners_alone(parts: Parts) -> None:
    file = folder_of(parts) / "postgres" / "password"

    assert file.stat().st_mode & 0o077 == 0


async def test_a_second_start_on_the_folder_is_refused(parts: Parts) -> None:
    with pytest.raises(StackError, match=f"already \\(process {os.getpid()}\\)"):
        async with embedded_stack(folder_of(parts)):
            pass


async def test_others_find_the_running_stack_by_its_folder(parts: Parts, tmp_path: Path) -> None:
    assert running_stack(folder_of(parts)) == parts.stack
    assert running_stack(tmp_path) is None


async def test_a_killed_broker_goes_on_where_it_was(parts: Parts) -> None:
    await exchange.leave(parts.stack, "before the broker's end")
    before = parts.stack

    os.kill(parts.kafka.pid, signal.SIGKILL)
    await parts.kafka.start()

    assert parts.stack == before
    assert "before the broker's end" in await exchange.events(parts.stack)


async def test_a_killed_database_goes_on_where_it_was(parts: Parts) -> None:
    await exchange.leave(parts.stack, "before the database's end")
    before = parts.stack

    os.kill(parts.postgres.pid, signal.SIGKILL)
    await parts.postgres.start()

    assert parts.stack == before
    assert "before the database's end" in await exchange.rows(parts.stack)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the guard ends the server")
async def test_a_server_ends_with_its_guard(parts: Parts) -> None:
    server = parts.postgres.pid

    os.kill(parent_of(server), signal.SIGKILL)

    await until(lambda: not lives(server))
    await parts.postgres.start()
    assert await parts.postgres.answers()
