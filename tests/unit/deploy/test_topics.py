"""How long the stream keeps an event, and how long those remember it who heard it."""

from datetime import timedelta

import pytest

from deploy.topics import DAY_MILLISECONDS, FAILURES, ORDERS, all_topics
from shared.inbox import KEPT

KAFKAS_OWN = str(7 * DAY_MILLISECONDS)
"""How long Kafka fills a segment, which it deletes when the newest record in it is too old."""


@pytest.mark.parametrize("name", [ORDERS, FAILURES])
def test_the_inbox_remembers_an_event_for_longer_than_the_stream(name: str) -> None:
    [config] = [topic.topic_configs for topic in all_topics(1, 1) if topic.name == name]

    oldest = int(config["retention.ms"]) + int(config.get("segment.ms", KAFKAS_OWN))

    assert timedelta(milliseconds=oldest) < KEPT
