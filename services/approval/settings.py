"""What approval must be told."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.approval.domain.rules import Amount, Rules
from shared.settings import FileUrlSettings, Secret, ServiceSettings
from shared.web import Role


class Settings(ServiceSettings):
    """Read from the environment, prefix `APPROVAL_`; how files are handed out from `FILES_`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="APPROVAL_")

    api_key: Secret
    """What programs show to use the API."""
    session_key: Secret
    """What seals sign-in links and session cookies; a new one signs everybody out."""
    payload_key: Secret
    """What signs the URLs of payloads that ingest could not read; the same for ingest."""
    files: FileUrlSettings = Field(default_factory=FileUrlSettings)

    auto_approve_products: frozenset[str] = frozenset()
    """Products whose orders need no person; none by default."""
    auto_approve_under: int | None = Field(default=None, ge=1)
    """Orders below this amount, in the smallest unit of the currency below, need no person."""
    auto_approve_currency: str = "USD"
    auto_approve_returning: bool = False
    """Orders of shoppers who were sent something before need no person."""
    cooling_off_minutes: float = Field(default=0, ge=0)
    """How long an approval can be taken back before the order goes out."""
    overdue_hours: float | None = Field(default=None, gt=0)
    """After how long a waiting order is highlighted, counted and said to be overdue."""

    public_url: str = ""
    """Where people reach the pages, when that is not what the request says."""
    oidc_issuer: str = ""
    """The merchant's identity provider; without one people sign in by one-time links."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_people: dict[str, Role] = Field(default_factory=dict)
    """Who may come in, by e-mail address, and as what."""

    @property
    def rules(self) -> Rules:
        """Give the rules that hold until somebody changes them."""
        under, currency = self.auto_approve_under, self.auto_approve_currency
        return Rules(
            auto_approve_products=self.auto_approve_products,
            auto_approve_under=Amount(minor=under, currency=currency) if under else None,
            auto_approve_returning=self.auto_approve_returning,
            cooling_off_minutes=self.cooling_off_minutes,
            overdue_hours=self.overdue_hours,
        )
