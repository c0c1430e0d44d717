"""Run ingest as a process of its own."""

import uvloop

from services.ingest.app import build_app
from services.ingest.settings import Settings
from shared.logs import set_up_logs

if __name__ == "__main__":
    set_up_logs()
    uvloop.run(build_app(Settings()).run())
