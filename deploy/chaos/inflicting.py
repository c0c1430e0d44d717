"""Carries out a schedule: each fault at its time, and everything whole again at the end."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence

import httpx

from deploy.chaos.recovery import Struck
from deploy.chaos.schedule import LINKS, SLOW_SECONDS, Fault
from deploy.chaos.site import Site
from deploy.chaos.victims import Victim, pause, resume


async def inflict(site: Site, faults: Sequence[Fault]) -> list[Struck]:
    """Strike as planned; give what happened with its real times."""
    began = asyncio.get_running_loop().time()
    one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def strike_in_time(fault: Fault) -> Struck:
        await asyncio.sleep(began + fault.start - asyncio.get_running_loop().time())
        async with one_at_a_time[fault.target]:
            return await strike(site, fault)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(strike_in_time(fault)) for fault in faults]
    return [task.result() for task in tasks]


async def strike(site: Site, fault: Fault) -> Struck:
    """Strike once; it is over when what was struck is let go on, or is being started."""
    start = time.time()
    if fault.is_trick:
        await trick(site, fault)
        return Struck(fault, start, start)
    if fault.target in LINKS:
        await break_link(site, fault)
        return Struck(fault, start, time.time())
    victim = site.victim(fault.target)
    if fault.kind == "kill":
        return await kill(victim, fault, start)
    held = pause(victim)
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        resume(held)
    return Struck(fault, start, time.time())


async def kill(victim: Victim, fault: Fault, start: float) -> Struck:
    """Kill, and start again after a while; the start counts as recovery."""
    await victim.kill()
    await asyncio.sleep(fault.seconds)
    end = time.time()
    await victim.start()
    return Struck(fault, start, end)


async def break_link(site: Site, fault: Fault) -> None:
    """Cut, hold up or slow down one way."""
    proxy = site.proxies[fault.target]
    if fault.kind == "cut":
        proxy.cut()
    elif fault.kind == "hold":
        proxy.hold()
    else:
        proxy.slow(SLOW_SECONDS)
    try:
        await asyncio.sleep(fault.seconds)
    finally:
        proxy.mend()


async def trick(site: Site, fault: Fault) -> None:
    """Have a side of the outside world go wrong the next few times."""
    side = site.store if fault.target == "store" else site.factory
    wanted: dict[str, object] = {"fault": fault.kind, "count": fault.count, "match": fault.match}
    if fault.seconds:
        wanted["seconds"] = fault.seconds
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        (await http.post(f"{side.url}/sandbox/faults", json=wanted)).raise_for_status()


async def calm(site: Site) -> None:
    """Call off what has not struck yet; everything else is whole again by itself."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        for side in (site.store, site.factory):
            (await http.delete(f"{side.url}/sandbox/faults")).raise_for_status()
