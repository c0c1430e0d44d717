"""A request that changes something must come from one of our own pages."""

from urllib.parse import urlsplit

from fastapi import Request

from shared.http import Problem

SAFE = {"GET", "HEAD"}


async def same_origin(request: Request) -> None:
    """Refuse what another site makes the browser send; the cookie alone proves nothing.

    Another port of this machine is another origin too, although it shares our cookies.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    origin = urlsplit(request.headers.get("origin", "")).netloc
    if site == "same-origin" or (site is None and origin == request.headers.get("host")):
        return
    raise Problem(403, "Foreign origin", "Send this from the page itself.")
