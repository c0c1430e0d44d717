"""`python -m deploy.browser`: find the Chromium that the browser tests drive, or install it."""

import os
import shutil
import subprocess
import sys

from deploy.setup import can_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ADVICE = "The browser tests need Chromium; on Debian: apt-get install chromium"


def find_chromium() -> str | None:
    """Give the path of the system's Chromium; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """Install Chromium where that can be done, and give the exit code."""
    if find_chromium() is None and can_install():
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (("update",), ("install", "-y", "--no-install-recommends", "chromium")):
            subprocess.run(["apt-get", "-qq", *words], check=False, env=environment)  # noqa: S603, S607 - fixed words
    if find_chromium() is None:
        sys.stderr.write(ADVICE + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
