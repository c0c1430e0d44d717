"""What every service must be told; each service adds its own, under its own prefix."""

from typing import Annotated, TypeVar

import structlog
from pydantic import AfterValidator, Field, PostgresDsn, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

Told = TypeVar("Told", bound="ServiceSettings")

logger = structlog.get_logger(__name__)


def told(secret: SecretStr) -> SecretStr:
    """Give the secret without the line's end that files and commands add; refuse an empty one.

    Whatever an empty secret signs or opens, a stranger can sign and open as well.
    """
    value = secret.get_secret_value().strip()
    if not value:
        raise ValueError("it is empty")
    return SecretStr(value)


Secret = Annotated[SecretStr, AfterValidator(told)]
"""A secret that a service cannot do without."""


class ServiceSettings(BaseSettings):
    """Read from the environment. Secrets and addresses have no defaults."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: PostgresDsn
    kafka_servers: str
    kafka_session_seconds: float = Field(default=6.0, ge=1)
    """How long a dead member keeps its share of the stream. A broker refuses less than its
    `group.min.session.timeout.ms`, which is six seconds where nobody has changed it."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    database_connections_max: int = Field(default=8, ge=2)


class FileUrlSettings(BaseSettings):
    """How print files are handed out: the address of the door and the key that signs."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_prefix="FILES_", hide_input_in_errors=True
    )

    url: str
    signing_key: Secret


def read_settings(kind: type[Told]) -> Told:
    """Read what the environment tells a service; end the process when that will not do.

    The log names each variable that is missing or wrong, and the value of none.
    """
    try:
        return kind()
    except ValidationError as error:
        say_refused(kind, error)
        if error.title == FileUrlSettings.__name__:
            say_others_refused(kind)
    except SettingsError as error:
        logger.critical("setting_refused", problem=f"{error}: lists and maps are JSON")
    raise SystemExit(1)


def say_refused(kind: type[ServiceSettings], error: ValidationError) -> None:
    """Name each variable that is missing or wrong, and the field of one that has fields."""
    refused = FileUrlSettings if error.title == FileUrlSettings.__name__ else kind
    prefix = refused.model_config["env_prefix"]
    for each in error.errors(include_input=False, include_context=False):
        name, *inside = each["loc"]
        field = f"{inside[-1]}: " if len(inside) > 1 else ""
        setting = f"{prefix}{name}".upper()
        logger.critical("setting_refused", setting=setting, problem=field + each["msg"])


def say_others_refused(kind: type[ServiceSettings]) -> None:
    """Name what else is missing or wrong where those of files are, which are read before."""
    some = FileUrlSettings.model_construct(url="", signing_key=SecretStr(""))
    try:
        kind.model_validate({"files": some})
    except ValidationError as error:
        say_refused(kind, error)
