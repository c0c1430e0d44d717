"""The ports of the stack: those of an earlier start, else the usual ones, else free ones."""

import asyncio
import json
import random
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.embedded.errors import StackError

HOST = "127.0.0.1"
# Below the ports that systems give to outgoing connections, which come and go at any time.
FREE_PORTS = range(20_000, 32_000)
TRIES = 200
ACCEPT_SECONDS = 1.0


@dataclass(frozen=True)
class Ports:
    """Where the parts listen."""

    kafka: int = 9092
    controller: int = 9093
    postgres: int = 5432


def choose_ports(folder: Path) -> Ports:
    """Choose ports that are free now, the folder's earlier ones first, and remember them."""
    usual = Ports()
    earlier = asdict(remembered_ports(folder) or usual)
    chosen: dict[str, int] = {}
    for name, port in asdict(usual).items():
        wanted = [earlier[name], port, *random.sample(FREE_PORTS, TRIES)]
        chosen[name] = _first_free(wanted, set(chosen.values()))
    ports = Ports(**chosen)
    fresh = folder / "ports.json.new"
    fresh.write_text(json.dumps(asdict(ports)))
    fresh.replace(folder / "ports.json")
    return ports


def unusual_ports(*others: Ports) -> Ports:
    """Choose ports that are free now and that nobody who starts meanwhile would try first.

    None is among the others' ports, which need not be in use yet.
    """
    taken = {port for each in others for port in asdict(each).values()}
    chosen: dict[str, int] = {}
    for name in asdict(Ports()):
        wanted = random.sample(FREE_PORTS, TRIES)
        chosen[name] = _first_free(wanted, taken | set(chosen.values()))
    return Ports(**chosen)


def remembered_ports(folder: Path) -> Ports | None:
    """Give the ports of the folder's last start; None when it had none."""
    file = folder / "ports.json"
    return Ports(**json.loads(file.read_text())) if file.exists() else None


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now."""
    with socket.socket() as trial:
        # As servers do: a port whose last connections are still fading away is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
        return True


async def accepts(port: int) -> bool:
    """Tell whether somebody listens on the port."""
    try:
        async with asyncio.timeout(ACCEPT_SECONDS):
            _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


def _first_free(wanted: Iterable[int], taken: set[int]) -> int:
    for port in wanted:
        if port not in taken and is_free(port):
            return port
    raise StackError("No port is free; end programs that are not needed and start again.")
