"""What approval must be told."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import FileUrlSettings, ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment, prefix `APPROVAL_`; how files are handed out from `FILES_`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="APPROVAL_")

    api_key: SecretStr
    """What programs show to use the API."""
    session_key: SecretStr
    """What seals sign-in links and session cookies; a new one signs everybody out."""
    files: FileUrlSettings = Field(default_factory=FileUrlSettings)
