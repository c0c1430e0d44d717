"""That the factory cannot be asked is said while it only has orders to make, and taken back."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from pydantic import SecretStr

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import Event, FailureEnded, FailureFound
from tests.integration.fulfillment.completeful import (
    Completeful,
    completeful_product,
    is_told,
    place,
)
from tests.support.events import order_approved, order_cancelled
from tests.support.service import Driver, driving

REVOKED = {"completeful_key": SecretStr("capp_live_1.revoked")}
SOON = {"delay_said_after_seconds": 0}


@pytest.fixture
async def making(settings: Settings) -> Settings:
    """Give the settings of a service that has one order made, and none that waits."""
    own = settings.model_copy(update=SOON)
    async with driving(build_app(own)) as fulfillment:
        await fulfillment.hears(completeful_product())
        await place(fulfillment)
        await fulfillment.does_all("absences")
        assert failures(await fulfillment.says()) == []
    return own


def serving(settings: Settings, **changes: Any) -> AbstractAsyncContextManager[Driver]:
    """Start the service anew, as it is once somebody has changed its settings."""
    return driving(build_app(settings.model_copy(update=changes)))


def failures(said: list[Event]) -> list[Event]:
    return [each for each in said if isinstance(each, FailureFound | FailureEnded)]


async def asks(fulfillment: Driver) -> list[Event]:
    """Have the order asked about, and give what is said of the factory."""
    await is_told(fulfillment)
    await fulfillment.does("follow")
    await fulfillment.does_all("absences")
    return failures(await fulfillment.says())


async def test_a_key_that_is_refused_is_said_although_no_order_waits(making: Settings) -> None:
    async with serving(making, **REVOKED) as fulfillment:
        [found] = await asks(fulfillment)

    assert isinstance(found, FailureFound)
    assert (found.kind, found.name, found.can_retry) == ("provider", "completeful", False)
    assert found.reason.startswith("Completeful denies us access (HTTP 401)")


async def test_it_is_said_once_and_again_for_another_reason(making: Settings) -> None:
    async with serving(making, **REVOKED) as fulfillment:
        said = await asks(fulfillment)
        again = failures(await fulfillment.says())
    async with serving(making, completeful_url="http://127.0.0.1:9/v1") as fulfillment:
        [other] = await asks(fulfillment)

    assert len(said) == 1
    assert again == []
    assert isinstance(other, FailureFound)
    assert isinstance(said[0], FailureFound)
    assert "cannot be reached" in other.reason
    assert other.since == said[0].since


async def test_an_answer_takes_it_back(making: Settings) -> None:
    async with serving(making, **REVOKED) as fulfillment:
        await asks(fulfillment)
    async with serving(making) as mended:
        [ended] = await asks(mended)
        more = await asks(mended)

    assert isinstance(ended, FailureEnded)
    assert (ended.kind, ended.name) == ("provider", "completeful")
    assert more == []


async def test_an_absence_of_a_moment_is_not_said(making: Settings) -> None:
    async with serving(making, **REVOKED, delay_said_after_seconds=30) as fulfillment:
        assert await asks(fulfillment) == []
    async with serving(making) as mended:
        assert await asks(mended) == []


async def test_nobody_is_told_of_an_absence_once_no_order_needs_the_factory(
    settings: Settings,
) -> None:
    async with serving(settings, **SOON, **REVOKED) as fulfillment:
        await fulfillment.hears(completeful_product(), order_approved())
        await fulfillment.does("place")
        await fulfillment.does_all("absences")
        await fulfillment.hears(order_cancelled())
        await fulfillment.does_all("absences")
        said = failures(await fulfillment.says())

    assert [type(each) for each in said] == [FailureFound, FailureEnded]


async def test_an_address_without_a_factory_is_no_answer(
    making: Settings, completeful: Completeful
) -> None:
    nowhere = f"{completeful.http.base_url}/nowhere"
    async with serving(making, completeful_url=nowhere) as fulfillment:
        await fulfillment.hears(order_approved("1002"))
        await fulfillment.does("place")
        [found] = await asks(fulfillment)

    assert isinstance(found, FailureFound)
    assert "knows no such place" in found.reason
