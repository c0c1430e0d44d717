"""What fulfillment must be told."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.fulfillment.domain.addresses import LINE_MAX
from shared.settings import FileUrlSettings, Secret, ServiceSettings

TEST_KEY_PREFIX = "capp_test_"


class Settings(ServiceSettings):
    """Where Completeful is, who we are there, and how patient we are."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="FULFILLMENT_")

    completeful_url: str
    """The base address with its version, such as `https://vxapi.completeful.com/v1`."""

    completeful_shop_id: str
    completeful_key: Secret
    """A `capp_test_` key makes Completeful answer without doing: nothing will ever be ordered."""

    completeful_webhook_secrets: tuple[Secret, ...] = Field(min_length=1)
    """Completeful gives each topic a secret of its own; any of them may have signed."""

    api_key: Secret
    """What programs show to look at what was placed."""

    files: FileUrlSettings = Field(default_factory=FileUrlSettings)

    place_lanes: int = Field(default=64, ge=1)
    follow_lanes: int = Field(default=64, ge=1)
    quotes: bool = True
    """Whether Completeful is asked what an order would cost before it is approved."""

    quote_lanes: int = Field(default=8, ge=1)
    timeout_seconds: float = Field(default=60.0, gt=0)
    """Completeful downloads the print files before it answers. For as long as this, a request that
    got no answer may still be at work there."""

    lease_seconds: float = Field(default=4.0, gt=0)
    retry_first_seconds: float = Field(default=1.0, ge=0)
    retry_last_seconds: float = Field(default=300.0, ge=0)
    product_wait_seconds: float = Field(default=600.0, ge=0)
    """How long an order waits for a product that nobody has told us of."""

    files_wait_seconds: float = Field(default=600.0, ge=0)
    """How long an order waits for Completeful to reach its print files: our door may be away."""

    delay_said_after_seconds: float = Field(default=30.0, ge=0)
    """After how long it is said of an approved order that it still waits."""

    poll_first_seconds: float = Field(default=60.0, gt=0)
    poll_last_seconds: float = Field(default=1800.0, gt=0)
    address_line_max: int = Field(default=LINE_MAX, ge=10)
    status_map: dict[str, str] = Field(default_factory=dict)
    """Words of Completeful's that we do not know yet, as {"word": "stage"}; "" for no stage."""

    billing_map: dict[str, str] = Field(default_factory=dict)
    """Words of Completeful's for its charging that we do not know yet, as {"word": "product"}: how
    much is charged, or "" for a word that tells nothing."""

    @property
    def lease(self) -> timedelta:
        """How long what was taken is kept from others."""
        return timedelta(seconds=self.lease_seconds)

    @property
    def delay_said_after(self) -> timedelta:
        """After how long an order that waits is said to."""
        return timedelta(seconds=self.delay_said_after_seconds)

    @property
    def is_test_mode(self) -> bool:
        """Whether the key makes every order a dry run."""
        return self.completeful_key.get_secret_value().startswith(TEST_KEY_PREFIX)
