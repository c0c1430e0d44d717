"""Run notifier as a process of its own."""

import sys

from services.notifier.app import build_app
from services.notifier.settings import Settings
from shared.logs import set_up_logs
from shared.running import run_until_told
from shared.settings import read_settings

if __name__ == "__main__":
    set_up_logs()
    sys.exit(run_until_told(build_app(read_settings(Settings)).run))
