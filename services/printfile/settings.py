"""What printfile must be told."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.printfile.domain.findings import Code, Severities, Severity
from shared.settings import FileUrlSettings, ServiceSettings


class Settings(ServiceSettings):
    """Where files are kept, and how much work is done at once."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="PRINTFILE_")

    files_store: str
    """The object store's URL, which catalog puts artwork into: `file:///…`, `s3://…`, `gs://…`."""

    files: FileUrlSettings = Field(default_factory=FileUrlSettings)
    scratch: Path = Path(gettempdir()) / "platen-printfile"
    """Where artwork is kept ready for drawing; may be emptied while the service is down."""

    scratch_bytes_max: int = Field(default=10_000_000_000, ge=0)
    """How large the folder may become; what was used longest ago goes first."""

    scratch_free_bytes_min: int = Field(default=200_000_000, ge=0)
    """How much of its disk must be free; with less, lines wait until a person makes room."""

    prepared_bytes_max: int = Field(default=2_000_000_000, ge=0)
    """How large the folder may become by artwork that no order has asked for yet."""

    processes: int = Field(default=2, ge=1)
    """One for each core: drawing does not share one."""

    lanes: int = Field(default=32, ge=1)
    """How many lines are at work at once: most of them wait for a photo, or for a process."""

    photo_private_hosts: tuple[str, ...] = ()
    """Hosts that photos may be fetched from although they are private, or speak plain http."""

    photo_seconds_max: float = Field(default=20.0, gt=0)
    """How long a photo may take to arrive, from the first word to the last byte."""

    photo_bytes_max: int = Field(default=30_000_000, ge=1)
    """The largest file of a photo that is read."""

    severities: Mapping[Code, Severity] = {}
    """Findings that block or only warn, other than by default: `{"resolution_low": "blocking"}`."""

    shop_severities: Mapping[str, Mapping[Code, Severity]] = {}
    """The same for single shops, by domain; what they leave out counts as for the others."""

    lease_seconds: float = Field(default=4.0, gt=0)
    retry_first_seconds: float = Field(default=1.0, ge=0)
    retry_last_seconds: float = Field(default=60.0, ge=0)
    photo_attempts: int = Field(default=8, ge=1)
    """How often a photo that does not come is asked for before a person is told: for a minute or
    two, which a host that is restarted or overrun is away for."""

    files_kept_days: int | None = Field(default=None, ge=1)
    """How long print files, previews and photos are kept after an order's end; for ever if None."""

    deletion_grace_seconds: float = Field(default=600.0, ge=0)
    """How long a file that nobody needs is kept for a line that may just have found it."""

    @property
    def lease(self) -> timedelta:
        """How long a line is kept from others."""
        return timedelta(seconds=self.lease_seconds)

    def severities_of(self, shop: str) -> Severities:
        """Give what blocks and what warns for a shop's orders."""
        return {**self.severities, **self.shop_severities.get(shop, {})}
