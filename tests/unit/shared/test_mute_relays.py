"""When a relay that publishes nothing says why."""

from collections.abc import Sequence

import asyncpg
import pytest
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    IncompatibleBrokerVersion,
    KafkaConnectionError,
    LeaderNotAvailableError,
    NotEnoughReplicasError,
    OutOfOrderSequenceNumber,
)

from shared.database import Database
from shared.metrics import Metrics
from shared.relay import REFUSALS_MIN, Relay

NOWHERE = "127.0.0.1:1"


def state_after(*errors: Exception) -> str:
    relay = Relay(Database(f"postgresql://{NOWHERE}/none", "probe"), NOWHERE, Metrics())
    for error in errors:
        relay._learn(error)
    return relay.state


@pytest.mark.parametrize(
    "error",
    [ClusterAuthorizationFailedError(), IncompatibleBrokerVersion(), NotEnoughReplicasError()],
    ids=lambda error: type(error).__name__,
)
def test_what_the_broker_goes_on_refusing_is_said(error: Exception) -> None:
    said = f"nothing is published: {type(error).__name__}"

    assert state_after(*[error] * REFUSALS_MIN) == said
    assert state_after(*[error] * REFUSALS_MIN, KafkaConnectionError()) == said


@pytest.mark.parametrize(
    "errors",
    [
        [OutOfOrderSequenceNumber()] * (REFUSALS_MIN - 1),
        [KafkaConnectionError(), LeaderNotAvailableError()] * 20,
        [*[KafkaConnectionError()] * 20, ClusterAuthorizationFailedError()],
        [asyncpg.CannotConnectNowError("starting"), OSError()] * 20,
    ],
    ids=["a new producer mends it", "away", "just begun", "no database"],
)
def test_what_passes_or_others_tell_is_not(errors: Sequence[Exception]) -> None:
    assert state_after(*errors) == "ok"


def test_what_nobody_expected_is_said_at_once() -> None:
    assert state_after(ZeroDivisionError()) == "nothing is published: ZeroDivisionError"
