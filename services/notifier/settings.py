"""What notifier must be told."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.lease import RENEWALS
from shared.settings import Secret, ServiceSettings


class Settings(ServiceSettings):
    """Where the store is, who we are there, and how patient we are."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="NOTIFIER_")

    shopify_url: str
    """The store's own address, such as `https://example.myshopify.com`."""

    shopify_token: Secret
    shopify_api_version: str = "2026-10"
    shop: str
    """The shop as webhooks name it, such as `example.myshopify.com`."""

    api_key: Secret
    """What programs show to look at what the store was told."""

    notify_customer: bool = False
    """Whether Shopify writes to the shopper; many stores have another app do that."""

    lanes: int = Field(default=64, ge=1)
    timeout_seconds: float = Field(default=15.0, gt=0)
    lease_seconds: float = Field(default=4.0, gt=0)
    retry_first_seconds: float = Field(default=1.0, ge=0)
    retry_last_seconds: float = Field(default=300.0, ge=0)
    delay_said_after_seconds: float = Field(default=300.0, ge=0)
    """How long a package waits for the store until a person is told why."""

    settle_seconds: float = Field(default=5.0, ge=0)
    """How long a request without an answer may still be at work in the store."""

    @property
    def lease(self) -> timedelta:
        """How long an order is kept from others.

        What is left of it when a process dies just before a renewal is never less than a request
        may be at work.
        """
        left = 1 - 1 / RENEWALS
        return timedelta(seconds=max(self.lease_seconds, self.settle_seconds / left))
