"""An application with a stack, to be killed: tells its servers' process ids and waits."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from deploy.embedded import embedded_parts


async def main() -> None:
    async with embedded_parts(Path(sys.argv[1])) as parts:
        pids = [parts.kafka.pid, parts.postgres.pid]
        sys.stdout.write(f"servers: {json.dumps(pids)}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    # A shell that runs the tests in the background has them, and all they start, ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asyncio.run(main())
