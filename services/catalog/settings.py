"""What catalog must be told."""

from pydantic_settings import SettingsConfigDict

from shared.settings import Secret, ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment, prefix `CATALOG_`.

    `files_store` is the URL of the object store that printfile reads artwork from.
    """

    model_config = SettingsConfigDict(env_prefix="CATALOG_", frozen=True, extra="ignore")

    api_key: Secret
    files_store: str
