"""What a person sees while news do not arrive: that the page may be out of date, and why."""

import pytest

from services.approval.domain.query import Query
from services.approval.live import Feed
from tests.integration.approval.pressing import page
from tests.support.service import Driver

BANNER = "Not all that services say arrives here, and this page may be out of date"
NO_TOPIC = "there is no topic failures.v1"


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (NO_TOPIC, "makes it with <code>platen migrate</code>"),
        ("cannot be read: TopicAuthorizationFailedError", "has to mend its rights"),
        ("cannot be read: CorruptBatch", "A batch is damaged"),
        ("cannot be read: NothingComes", "The page of failures says where"),
        ("broker 1 does not answer: KafkaConnectionError", "Kafka is away or stands still"),
        ("events cannot be applied: UndefinedTableError", "runs <code>platen migrate</code>"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/failures"])
async def test_a_page_that_hears_not_all_says_what_to_do(
    signed_in: Driver, path: str, trouble: str, advice: str
) -> None:
    signed_in.service.consumer.trouble = trouble

    shown = await page(signed_in, path)

    assert f"{BANNER}: {trouble}." in shown
    assert advice in shown


async def test_who_has_just_started_is_given_time(signed_in: Driver) -> None:
    assert BANNER not in await page(signed_in, "/")


async def test_nobody_says_that_nothing_failed_who_hears_not_all(signed_in: Driver) -> None:
    signed_in.service.consumer.trouble = NO_TOPIC

    assert "Nothing has failed" not in await page(signed_in)


async def test_an_open_page_is_told(signed_in: Driver) -> None:
    feed: Feed = signed_in.service.http.state.feed
    news = feed.follow(Query(), None, takes_new=True)
    assert BANNER not in await anext(news)

    signed_in.service.consumer.trouble = NO_TOPIC
    await signed_in.does("live")

    assert BANNER in await anext(news)
    await news.aclose()


async def test_a_page_whose_decisions_go_nowhere_says_so(signed_in: Driver) -> None:
    signed_in.service.relay.trouble = "nothing is published: NotEnoughReplicasError"

    for path in ("/", "/failures"):
        shown = await page(signed_in, path)
        assert "What is decided here does not reach the others, and waits: nothing is" in shown
        assert "Kafka lacks replicas" in shown
        assert BANNER not in shown
    assert "Nothing has failed" not in await page(signed_in)
