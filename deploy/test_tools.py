"""`python -m deploy.test_tools`: find the programs that tests drive, or install them.

Chromium opens the pages; pngcheck reads print files as libpng does.
"""

import os
import shutil
import subprocess
import sys

from deploy.setup import can_install

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
PNGCHECK = ("pngcheck",)
ADVICE = "The tests need {0}; on Debian: apt-get install {0}"


def find(names: tuple[str, ...]) -> str | None:
    """Give the path of a program by any of its names; None where there is none."""
    return next((path for name in names if (path := shutil.which(name))), None)


def advice(names: tuple[str, ...]) -> str:
    """Say how to get a program that is missing."""
    return ADVICE.format(names[0])


def missing() -> list[tuple[str, ...]]:
    """Give the programs that are not there."""
    return [names for names in (CHROMIUM, PNGCHECK) if find(names) is None]


def main() -> int:
    """Install what is missing where that can be done, and give the exit code."""
    if missing() and can_install():
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        packages = [names[0] for names in missing()]
        for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "-qq", *words], check=False, env=environment)  # noqa: S603, S607 - fixed words
    for names in missing():
        sys.stderr.write(advice(names) + "\n")
    return 1 if missing() else 0


if __name__ == "__main__":
    sys.exit(main())
