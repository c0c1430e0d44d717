"""`platen bench settled`: what an order costs once broker and services have run for a while.

A broker of one machine that is to last is compiled a second time while it runs, which takes some
thousand orders; `platen bench latency` is over by then.
"""

from rich.console import Console

from deploy.bench.bare_steps import WarmUp
from deploy.bench.latency import Settling, measure

SETTLING = Settling(floor=WarmUp(3_000, 250.0), services=WarmUp(4_000, 100.0))


async def bench_settled(console: Console) -> dict[str, float]:
    """Measure what `platen bench latency` does, a minute and a half later."""
    return await measure(console, SETTLING)
