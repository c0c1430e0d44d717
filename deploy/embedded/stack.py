"""Kafka and PostgreSQL together, on one folder, as long as the application runs."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from deploy.embedded.errors import PortTaken, StackError
from deploy.embedded.kafka import Kafka
from deploy.embedded.lock_file import hold_folder, is_held
from deploy.embedded.ports import Ports, choose_ports, remembered_ports
from deploy.embedded.postgres import Postgres
from deploy.embedded.together import together
from shared.ending import Ending

PORT_TRIES = 3

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Stack:
    """Where the stack is reached, whatever it is made of."""

    kafka_servers: str
    database_url: str


@dataclass(frozen=True)
class Parts:
    """The running parts, for those who want to stop, kill or start one of them."""

    kafka: Kafka
    postgres: Postgres

    @property
    def stack(self) -> Stack:
        """Give the addresses."""
        return Stack(self.kafka.servers, self.postgres.url)

    async def start(self) -> None:
        """Start both, side by side."""
        await together(self.kafka.start(), self.postgres.start())

    async def stop(self, ending: Ending | None = None) -> None:
        """Stop both, side by side; one that must be forced counts as cut short."""
        ending = ending or Ending()
        await together(self.kafka.stop(ending.cut), self.postgres.stop(ending.cut))


@asynccontextmanager
async def embedded_stack(
    folder: Path, ending: Ending | None = None, *, lasting: bool = False
) -> AsyncIterator[Stack]:
    """Run the stack on a folder, which keeps its data from one run to the next.

    A `lasting` one is to run for days. Raise `StackError`, whose message is for an operator, when
    it cannot run.
    """
    async with embedded_parts(folder, ending, lasting=lasting) as parts:
        yield parts.stack


@asynccontextmanager
async def embedded_parts(
    folder: Path, ending: Ending | None = None, *, lasting: bool = False
) -> AsyncIterator[Parts]:
    """Run the stack as `embedded_stack` does, and give its parts."""
    started = time.monotonic()
    async with hold_folder(folder) as held:
        try:
            parts = await _start(folder, held, lasting=lasting)
        except OSError as error:
            raise StackError(
                f"The stack on {folder} cannot start: {error}. Start as the user that the folder "
                "belongs to, or choose another folder."
            ) from error
        try:
            logger.info("embedded_stack_ready", seconds=round(time.monotonic() - started, 1))
            yield parts
        finally:
            await parts.stop(ending)
            logger.info("embedded_stack_stopped")


def running_stack(folder: Path) -> Stack | None:
    """Give the addresses of the stack that another process runs on the folder; None when none."""
    ports = remembered_ports(folder)
    if ports is None or not is_held(folder):
        return None
    return _parts(folder, ports, None, lasting=False).stack


async def _start(folder: Path, held: int, *, lasting: bool) -> Parts:
    for attempt in range(1, PORT_TRIES + 1):
        parts = _parts(folder, choose_ports(folder), held, lasting=lasting)
        parts.postgres.forget_earlier_run()
        try:
            await parts.start()
        except PortTaken:
            await parts.stop()
            logger.warning("embedded_port_taken_meanwhile", attempt=attempt)
            if attempt == PORT_TRIES:
                raise
        except BaseException:
            await parts.stop()
            raise
        else:
            return parts
    raise AssertionError("the last attempt returns or raises")


def _parts(folder: Path, ports: Ports, held: int | None, *, lasting: bool) -> Parts:
    hold = () if held is None else (held,)
    return Parts(
        Kafka(
            folder / "kafka",
            port=ports.kafka,
            controller_port=ports.controller,
            hold=hold,
            lasting=lasting,
        ),
        Postgres(folder / "postgres", port=ports.postgres, hold=hold),
    )
