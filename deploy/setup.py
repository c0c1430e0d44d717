"""`make setup`: fetch what the first start needs, and say plainly what is missing."""

import asyncio
import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from deploy.embedded import StackError
from deploy.embedded.jars import JarSettings, fetch_jars, read_lock

# skia-python's wheel links to these of the system's; a desktop has them, a bare server may not.
SYSTEM_PACKAGES = ("libegl1", "libgl1", "libfontconfig1")
LIBRARIES = ("skia", "pyvips", "isal", "uharfbuzz")


def main() -> int:
    """Do what can be done, and give the exit code."""
    if list(broken_libraries()) and can_install():
        install()
    problems = [*broken_libraries(), *missing_jars()]
    for problem in problems:
        sys.stderr.write(problem + "\n")
    return 1 if problems else 0


def broken_libraries() -> Iterator[str]:
    """Name each library for print files that does not load, and how to mend it."""
    for library in LIBRARIES:
        try:
            importlib.import_module(library)
        except (ImportError, OSError) as error:
            packages = " ".join(SYSTEM_PACKAGES)
            yield f"{library} does not load ({error}); on Debian: apt-get install {packages}"


def can_install() -> bool:
    """Tell whether this is a Debian whose packages we may install."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> None:
    """Install the system libraries from Debian's packages."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update",), ("install", "-y", "--no-install-recommends", *SYSTEM_PACKAGES)):
        subprocess.run(["apt-get", "-qq", *arguments], check=False, env=environment)  # noqa: S603, S607 - fixed words


def missing_jars() -> Iterator[str]:
    """Fetch Kafka's jars; say why when they cannot be had."""
    try:
        asyncio.run(fetch_jars(read_lock(), JarSettings()))
    except StackError as error:
        yield str(error)


if __name__ == "__main__":
    sys.exit(main())
