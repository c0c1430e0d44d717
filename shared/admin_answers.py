"""Answers of Shopify's Admin API as we read them: fields that we do not know are ignored."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Part(BaseModel):
    """A part of an answer, its fields named as in Python."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class PageInfo(Part):
    """Whether there is more than was asked for."""

    has_next_page: bool
    end_cursor: str | None = None


class GraphQLError(Part):
    """A top-level error: the request failed as a whole."""

    message: str = ""
    extensions: dict[str, object] = Field(default_factory=dict)

    @property
    def code(self) -> str:
        """Shopify's code for it."""
        return str(self.extensions.get("code", ""))


class ThrottleStatus(Part):
    """What is left of the budget, and how fast it comes back."""

    currently_available: float
    restore_rate: float = Field(gt=0)


class Cost(Part):
    """What a request cost."""

    requested_query_cost: float = 0
    throttle_status: ThrottleStatus | None = None

    @property
    def wait_seconds(self) -> float:
        """How long until a request as dear as this one can be paid for."""
        status = self.throttle_status
        if status is None:
            return 0.0
        return (
            max(0.0, self.requested_query_cost - status.currently_available) / status.restore_rate
        )


class Extensions(Part):
    """What comes beside the answer."""

    cost: Cost | None = None


class Envelope(Part):
    """A GraphQL answer before its data is looked at."""

    data: dict[str, object] | None = None
    errors: tuple[GraphQLError, ...] = ()
    extensions: Extensions = Extensions()
