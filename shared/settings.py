"""What every service must be told; each service adds its own, under its own prefix."""

from pydantic import Field, PostgresDsn, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Read from the environment. Secrets and addresses have no defaults."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: PostgresDsn
    kafka_servers: str
    kafka_session_seconds: float = Field(default=6.0, ge=1)
    """How long a dead member keeps its share of the stream. A broker refuses less than its
    `group.min.session.timeout.ms`, which is six seconds where nobody has changed it."""

    host: str = "127.0.0.1"
    port: int = 8000
    database_connections_max: int = Field(default=8, ge=2)


class FileUrlSettings(BaseSettings):
    """How print files are handed out: the address of the door and the key that signs."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="FILES_")

    url: str
    signing_key: SecretStr
