"""One more member of the probe's group, in a process of its own that a test can kill."""

import asyncio
import os
import sys

from shared.ending import Ending
from shared.running import run_until_told
from shared.service import Service
from tests.broker.stream import comes_true
from tests.support.probe import Probe, build_probe

STARTED = "started"


def leads(service: Service) -> bool:
    """Tell whether the member relays what the service says."""
    return bool(service.metrics.registry.get_sample_value("platen_relay_leads"))


async def main(ending: Ending) -> int:
    """Run, and say so once this member relays and hears."""
    settings = {name: os.environ[name.upper()] for name in ("database_url", "kafka_servers")}
    if "PORT" in os.environ:
        settings["port"] = os.environ["PORT"]
    service = build_probe(Probe(), settings, os.environ["PROBE_NAME"])
    if "PORT" in os.environ:
        return await service.run(ending)
    async with service.running(ending):
        await comes_true(lambda: leads(service))
        sys.stdout.write(f"{STARTED}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(run_until_told(main))
