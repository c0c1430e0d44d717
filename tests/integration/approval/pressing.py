"""A person before the page of failures: reads it, presses a button, and what comes of it."""

import re

from httpx import Response

from shared.events import Event, FailureDropRequested, FailureRetryRequested
from tests.support.service import Driver

HERE = {"Sec-Fetch-Site": "same-origin"}


async def page(approval: Driver, path: str = "/failures") -> str:
    return (await approval.http.get(path)).text


async def press(approval: Driver, what: str, shown: str | None = None) -> Response:
    """Press the first button of this kind that the page shows, or showed."""
    text = shown if shown is not None else await page(approval)
    form = text[text.index(f'action="/failures/{what}"') :].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return await approval.http.post(f"/failures/{what}", data=fields, headers=HERE)


def wishes(said: list[Event]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [
        (type(each).__name__, each.service, each.kind, each.names)
        for each in said
        if isinstance(each, FailureRetryRequested | FailureDropRequested)
    ]
