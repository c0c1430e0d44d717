"""Shopify's Admin API, as whoever asks it anything needs it.

Three layers of error: HTTP and the top-level `errors` say nothing of the order, `userErrors` in an
answer that is otherwise good refuse what was asked.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from shared.admin_answers import Envelope, GraphQLError
from shared.outside import DENIED_SECONDS, Outside, Refused, Unavailable

THROTTLED = "THROTTLED"
DENIED = frozenset({"ACCESS_DENIED", "SHOP_INACTIVE"})
OUR_FAULT = frozenset({"MAX_COST_EXCEEDED", "BAD_REQUEST"})
THROTTLED_SECONDS_MIN = 0.1

Answer = TypeVar("Answer", bound=BaseModel)


class Throttled(Unavailable):
    """The budget is spent: the breaker knows until when."""


class AdminApi:
    """The API of one shop."""

    def __init__(self, outside: Outside, api_version: str) -> None:
        self.breaker = outside.breaker
        self._outside = outside
        self._path = f"admin/api/{api_version}/graphql.json"

    async def ask(
        self, document: str, variables: Mapping[str, object], kind: type[Answer], *, writes: bool
    ) -> Answer:
        """Send a document, mind the budget, and give the answer's data.

        Raises Unavailable (ask later) or Refused (never).
        """
        answer = await self._outside.ask(
            "POST",
            self._path,
            content=to_json({"query": document, "variables": variables}),
            headers={"Content-Type": "application/json"},
            is_write=writes,
        )
        if answer.status != HTTPStatus.OK:
            raise Unavailable(
                f"Shopify answers HTTP {answer.status}: check the shop and the API version",
                retry_after=DENIED_SECONDS,
            )
        try:
            envelope = Envelope.model_validate_json(answer.content)
            wait = envelope.extensions.cost.wait_seconds if envelope.extensions.cost else 0.0
            if wait > 0:
                self.breaker.rest(wait)
            for error in envelope.errors:
                self._raise(error, wait, writes=writes)
            return kind.model_validate(envelope.data)
        except ValidationError as error:
            reason = f"Shopify's answer cannot be read: {error.error_count()} fields are wrong"
            raise Unavailable(reason, is_ambiguous=writes) from error

    def _raise(self, error: GraphQLError, wait: float, *, writes: bool) -> None:
        """Raise what a top-level error means: the request failed as a whole."""
        if error.code == THROTTLED:
            wait = max(wait, THROTTLED_SECONDS_MIN)
            self.breaker.hold(wait)
            raise Throttled("Shopify asks us to slow down", retry_after=wait)
        reason = f"Shopify: {error.message}"
        if error.code in DENIED:
            self.breaker.hold(DENIED_SECONDS)
            raise Unavailable(f"{reason}: check the app's scopes", retry_after=DENIED_SECONDS)
        if error.code in OUR_FAULT:
            raise Refused(error.code.lower(), reason)
        raise Unavailable(reason, is_ambiguous=writes)
