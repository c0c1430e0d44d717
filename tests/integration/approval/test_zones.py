"""The days of the filters are those of the reader's clock."""

from datetime import UTC, datetime

import pytest

from tests.support.events import order_received, print_file_ready
from tests.support.service import Driver

EVENING_IN_NEW_YORK = datetime(2026, 3, 11, 1, 30, tzinfo=UTC)
"""Half past nine on March 10th, in summer time."""


@pytest.mark.parametrize(
    ("zone", "day", "is_found"),
    [
        ("America/New_York", "2026-03-10", True),
        ("America/New_York", "2026-03-11", False),
        ("", "2026-03-11", True),
        ("", "2026-03-10", False),
        ("Europe/Atlantis", "2026-03-11", True),
        ("../../etc/passwd", "2026-03-11", True),
    ],
)
async def test_a_day_is_that_of_the_readers_zone(
    signed_in: Driver, zone: str, day: str, *, is_found: bool
) -> None:
    await signed_in.hears(
        order_received(placed_at=EVENING_IN_NEW_YORK, changed_at=EVENING_IN_NEW_YORK),
        print_file_ready(),
    )
    signed_in.http.cookies.set("platen_zone", zone)

    page = await signed_in.http.get("/", params={"since": day, "until": day})
    count = await signed_in.http.get("/count", params={"since": day, "until": day})

    assert ("#1001" in page.text) is is_found
    assert count.json()["orders"] == int(is_found)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_the_first_and_the_last_day_are_days_too(signed_in: Driver, zone: str) -> None:
    await signed_in.hears(order_received())
    signed_in.http.cookies.set("platen_zone", zone)

    page = await signed_in.http.get("/", params={"since": "0001-01-01", "until": "9999-12-31"})

    assert "#1001" in page.text
