"""One stack on one folder at a time.

The lock is handed on to every process of the stack, and so it is free only when all have ended.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.embedded.errors import StackError

FILENAME = "lock"
# What a killed application leaves behind ends within the guards' patience.
PATIENCE_SECONDS = 8.0
POLL_SECONDS = 0.05


@asynccontextmanager
async def hold_folder(folder: Path) -> AsyncIterator[int]:
    """Hold the folder and give the open lock file; refuse when another application holds it.

    When its owner is gone and only the remains are still ending, wait for them.
    """
    file = _open(folder)
    try:
        _refuse_foreign(file, folder)
        await _acquire(file, folder)
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield file
    finally:
        os.close(file)


def is_held(folder: Path) -> bool:
    """Tell whether a stack runs on the folder."""
    try:
        file = os.open(folder / FILENAME, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try(file, fcntl.LOCK_SH)
    finally:
        os.close(file)


def _open(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / FILENAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StackError(
            f"{folder} cannot be used: {error.strerror}. Start as the user it belongs to, "
            "or choose another folder."
        ) from error


def _refuse_foreign(file: int, folder: Path) -> None:
    """Refuse a folder that another user's runs made, before files of two owners mix in it."""
    owner = os.fstat(file).st_uid
    if owner != os.geteuid():
        raise StackError(
            f"{folder} belongs to the user with id {owner}: start as that user, "
            "or choose another folder."
        )


async def _acquire(file: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_SECONDS
    while not _try(file, fcntl.LOCK_EX):
        owner = os.pread(file, 20, 0).decode()
        if _lives(owner):
            raise StackError(
                f"A stack runs on {folder} already (process {owner}): use that one, stop it, "
                "or choose another folder."
            )
        if loop.time() > deadline:
            raise StackError(
                f"Processes of an earlier run on {folder} have still not ended: end the java or "
                "postgres processes that work in it, then start again."
            )
        await asyncio.sleep(POLL_SECONDS)


def _try(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(owner: str) -> bool:
    if not owner.isdigit():
        return False
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
