"""Connections to a function that answers, for tests of what a client says and understands."""

from collections.abc import Callable, Mapping

import httpx

from shared.connections import Answer


class AnsweringConnections:
    """Hands every request to a function, in place of a system at `url`."""

    def __init__(self, url: str, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self._url = url
        self._answer = answer

    async def send(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """Give the function's answer; what it raises is raised."""
        request = httpx.Request(method, f"{self._url}/{path}", content=content, headers=headers)
        response = self._answer(request)
        return Answer(response.status_code, response.content, dict(response.headers))

    async def close(self) -> None:
        """Close nothing."""
