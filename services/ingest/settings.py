"""What ingest must be told."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import Secret, ServiceSettings


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
