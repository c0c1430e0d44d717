"""What the sandbox Completeful has to be told."""

from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of Completeful, from SANDBOX_COMPLETEFUL_… or given by name."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_COMPLETEFUL_", frozen=True)

    live_key: SecretStr
    test_key: SecretStr | None = None
    """A key whose requests are dry runs: they are checked and answered, and nothing is kept."""
    shop_id: UUID = UUID("0299e1af-2c45-58e2-b2eb-da7dd9191bea")
    folder: Path | None = None
    """Where the records are kept; without one they end with the process."""
    subscribe_url: str | None = None
    """Where every topic of orders is subscribed at the start, as though by the dashboard."""
    subscribe_secret: SecretStr | None = None
    allow_private_urls: bool = False
    """Let print files and webhooks be on plain http and on private addresses."""
    file_bytes_max: int = 20 * 2**20
    step_seconds: float = 2.0
    """How long an order stays pending, is in production, and waits between two packages."""
    split: Literal["never", "sometimes", "always"] = "sometimes"
    """When an order of several lines goes out in two packages."""
    plan: Literal["free", "growth", "business"] = "free"
    retry_seconds: float = 1.0
    host: str = "127.0.0.1"
    port: int = 8091
