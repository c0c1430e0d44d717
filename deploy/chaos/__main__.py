"""Run chaos: `python -m deploy.chaos --seeds 20`, or one seed again with `--first 7 --seeds 1`."""

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

from rich.console import Console

from deploy.chaos.report import print_end, print_round
from deploy.chaos.rounds import Outcome, Pace
from deploy.chaos.run import run_rounds
from deploy.embedded.errors import StackError
from shared.logs import set_up_logs

WIDTH = 150


def main() -> int:
    """Play the rounds; 0 when nothing was found, and everything is removed then."""
    asked = read_arguments(sys.argv[1:])
    set_up_logs(os.environ.get("LOG_LEVEL", "CRITICAL"))
    console = Console(width=WIDTH)
    folder = Path(mkdtemp(prefix="platen-chaos-"))
    pace = Pace(asked.seconds, asked.orders_per_second)
    outcomes: list[Outcome] = []

    def tell(outcome: Outcome) -> None:
        outcomes.append(outcome)
        print_round(console, outcome)

    seeds = range(asked.first, asked.first + asked.seeds)
    is_sound = False
    try:
        is_sound = asyncio.run(run_rounds(folder, seeds, pace, tell))
    except StackError as reason:
        console.print(f"[red]{reason}[/red]")
    finally:
        if not is_sound:
            console.print(f"The logs and data of every process are in {folder}")
    print_end(console, outcomes)
    if is_sound:
        shutil.rmtree(folder)
    return 0 if is_sound else 1


def read_arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read how many rounds are wanted, and how they are to be."""
    parser = argparse.ArgumentParser(prog="deploy.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--orders-per-second", type=float, default=3.0)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
