"""What ingest must be told."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo
from pydantic_settings import SettingsConfigDict

from shared.settings import Secret, ServiceSettings


class StoreAccess(BaseModel):
    """Where a shop's Admin API is, and who we are there."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    token: Secret
    url: str = ""
    """Where it is not `https://` and the shop's name."""

    @field_validator("url")
    @classmethod
    def keep_token_secret(cls, url: str) -> str:
        """Refuse an address to which the token would go for all to read."""
        if url and not is_safe(url):
            raise ValueError("neither https:// nor http:// and a host of one's own network")
        return url


def is_safe(url: str) -> bool:
    """Tell whether what is sent there stays secret: it is encrypted, or leaves no own network."""
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    host = found.hostname
    return host is not None and (
        found.scheme == "https" or (found.scheme == "http" and is_own(host))
    )


def is_own(host: str) -> bool:
    """Tell whether a host is in one's own network: by a private address, or a name without dots."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


class Settings(ServiceSettings):
    """Whom to believe, and how much to read."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="INGEST_")

    shops: tuple[str, ...] = Field(min_length=1)
    """The shops whose webhooks are taken, such as `example.myshopify.com`."""

    shopify_secrets: tuple[Secret, ...] = Field(min_length=1)
    """Several while a secret is being rotated; any of them may have signed."""

    api_key: Secret
    """What programs show to look at what was delivered."""

    payload_key: Secret
    """What signs the URLs of payloads that could not be read; the same for approval."""

    body_bytes_max: int = 10 * 1024 * 1024
    """More is answered 413, which a store takes for a failure: it gives up on us in the end."""

    news_days_max: int = 60
    """An order that is first heard of by an update is ignored when it is older than this."""

    stores: Mapping[str, StoreAccess] = {}
    """The shops that are asked for their orders, by name: a webhook may never come."""

    shopify_api_version: str = "2026-10"
    timeout_seconds: float = Field(default=15.0, gt=0)
    reconcile_seconds: float = Field(default=300.0, gt=0)
    """How often each of them is asked."""

    webhook_due_seconds: float = Field(default=120.0, ge=0)
    """How long a change is left to its webhook until it is taken from the store."""

    @field_validator("stores")
    @classmethod
    def know_shops(
        cls, stores: Mapping[str, StoreAccess], info: ValidationInfo
    ) -> Mapping[str, StoreAccess]:
        """Refuse a shop that is none of ours: nothing of it would be taken by webhook."""
        if unknown := sorted(stores.keys() - set(info.data.get("shops", stores))):
            raise ValueError(f"not among the shops: {', '.join(unknown)}")
        return stores
