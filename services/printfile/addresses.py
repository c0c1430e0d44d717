"""Which hosts may be asked for a shopper's photo: public ones, whatever their names claim."""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpcore

Address = IPv4Address | IPv6Address

# Addresses that carry a private IPv4 address inside, and would be routed to it.
_TUNNELS = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class NotPublic(Exception):
    """The host is not one that everybody on the internet can reach."""


def is_public(address: Address) -> bool:
    """Tell whether an address is reachable for everybody; False for ours and for tunnels to it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in tunnel for tunnel in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses only, and to the very address that was checked.

    A name is resolved once for each connection, so it cannot point elsewhere a moment later.
    Hosts in `private` are trusted by the operator and connected to as they are.
    """

    def __init__(self, private: Iterable[str]) -> None:
        self._private = frozenset(private)
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        """Open a connection; raises NotPublic when the host has any address that is not public."""
        address = host if host in self._private else await self._public_address(host, port)
        return await self._network.connect_tcp(
            address, port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks between attempts."""
        await asyncio.sleep(seconds)

    async def _public_address(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise httpcore.ConnectError(f"the host {host} is unknown") from error
        addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        private = [address for address in addresses if not is_public(address)]
        if private or not addresses:
            raise NotPublic(host)
        return str(addresses[0])
