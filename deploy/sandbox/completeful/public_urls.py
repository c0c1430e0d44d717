"""Addresses that Completeful will call: public ones only, unless the settings say otherwise."""

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from deploy.sandbox.completeful.problems import Problem


async def check_url(url: str, *, field: str, allow_private: bool, https_only: bool) -> None:
    """Refuse an address that is malformed, or that leads into a private network."""
    parts = urlsplit(url)
    schemes = {"https"} if https_only and not allow_private else {"http", "https"}
    if parts.scheme not in schemes or not parts.hostname:
        raise _unfit(field, f"not an address that can be called: {url}")
    if allow_private:
        return
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            parts.hostname, parts.port or parts.scheme, type=socket.SOCK_STREAM
        )
    except OSError as error:
        raise _unfit(field, f"{parts.hostname} cannot be resolved") from error
    if not all(ipaddress.ip_address(address[0]).is_global for *_, address in found):
        raise _unfit(field, f"{parts.hostname} is not a public destination")


def _unfit(field: str, error: str) -> Problem:
    remediation = "Use an address on a public host."
    return Problem(422, "invalid_url", error, field=field, remediation=remediation)
