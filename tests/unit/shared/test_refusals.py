"""What is told of webhooks that are refused."""

from prometheus_client import generate_latest
from structlog.testing import capture_logs

from shared.metrics import Metrics
from shared.refusals import SAID_EVERY_SECONDS, Refusals


def test_each_is_counted_and_few_are_told() -> None:
    metrics, now = Metrics(), [0.0]
    refusals = Refusals(metrics, clock=lambda: now[0])

    with capture_logs() as said:
        for _ in range(100):
            refusals.note("bad signature")
        now[0] = SAID_EVERY_SECONDS
        refusals.note("bad signature")

    assert [line["count"] for line in said] == [1, 100]
    assert b"platen_webhooks_refused_total 101.0" in generate_latest(metrics.registry)
