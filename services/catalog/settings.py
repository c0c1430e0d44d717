"""What catalog must be told."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment, prefix `CATALOG_`.

    `files_store` is the URL of the object store that printfile reads artwork from.
    """

    model_config = SettingsConfigDict(env_prefix="CATALOG_", frozen=True, extra="ignore")

    api_key: SecretStr
    files_store: str
