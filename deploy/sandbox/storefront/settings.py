"""What the sandbox storefront has to be told."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

TOPICS = ("orders/create", "orders/paid", "orders/updated", "orders/cancelled")


class Settings(BaseSettings):
    """Settings of the storefront, from SANDBOX_STOREFRONT_… or given by name."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_STOREFRONT_", frozen=True)

    access_token: SecretStr
    webhook_secret: SecretStr
    webhook_url: str
    public_url: str
    """The address under which others reach this app, for the shoppers' photos."""
    shop_domain: str = "platen-sandbox.myshopify.com"
    api_version: str = "2026-10"
    folder: Path | None = None
    """Where the records are kept; without one they end with the process."""
    webhook_topics: tuple[str, ...] = TOPICS
    retry_seconds: float = 1.0
    """The pause before the first retry of a webhook, which doubles; Shopify's is about a minute."""
    paid_after_seconds: float = 0.1
    bucket_size: int = 2000
    restore_rate: float = 100.0
    host: str = "127.0.0.1"
    port: int = 8090
