"""The key that programs show to be let in, as `Authorization: Bearer <key>`."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

REFUSAL = "Give the API key of this service as `Authorization: Bearer <key>`."


def require_key(
    expected: SecretStr,
) -> Callable[[HTTPAuthorizationCredentials | None], Awaitable[None]]:
    """Make a dependency that answers 401 to whoever does not show this key; in constant time."""
    bearer = HTTPBearer(auto_error=False, description=REFUSAL)

    async def check(
        shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    ) -> None:
        given = shown.credentials if shown else ""
        if not hmac.compare_digest(given.encode(), expected.get_secret_value().encode()):
            raise HTTPException(401, REFUSAL, headers={"WWW-Authenticate": "Bearer"})

    return check
