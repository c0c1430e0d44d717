"""What an open page is told, and where it goes on after it was away."""

from collections.abc import AsyncGenerator

from services.approval.domain.query import Query
from services.approval.live import Feed
from shared.database import Transaction
from tests.integration.approval.test_going_out import keep
from tests.support.events import order_id, order_received, print_file_ready
from tests.support.service import Driver


def feed_of(approval: Driver) -> Feed:
    feed: Feed = approval.service.http.state.feed
    return feed


def place_in(message: str) -> str:
    return message.partition("id: ")[2].partition("\n")[0]


def follow(approval: Driver, since: str | None = None) -> AsyncGenerator[str, None]:
    return feed_of(approval).follow(Query(), since, takes_new=True)


async def test_a_page_is_told_what_changes(approval: Driver) -> None:
    news = follow(approval)
    await anext(news)

    await approval.hears(order_received(), print_file_ready())
    await approval.does("live")

    message = await anext(news)
    assert f'<tr id="o-{order_id()}"' in message
    assert '<hx-partial hx-target="#count-approval" hx-swap="textContent">1<' in message
    await news.aclose()


async def test_a_page_that_was_away_is_told_what_it_missed(approval: Driver) -> None:
    news = follow(approval)
    place = place_in(await anext(news))
    await news.aclose()
    await approval.hears(order_received())

    again = follow(approval, place)
    message = await anext(again)

    assert f'<tr id="o-{order_id()}"' in message
    later = follow(approval, place_in(message))
    assert "<tr" not in await anext(later)
    await again.aclose()
    await later.aclose()


async def test_a_change_that_commits_late_is_not_missed(approval: Driver) -> None:
    await approval.hears(order_received("1"))
    news = follow(approval)
    async with approval.service.database.transaction() as transaction:
        await touch(transaction, order_id("1"))
        place = place_in(await anext(news))

    later = follow(approval, place)
    message = await anext(later)

    assert f'<tr id="o-{order_id("1")}"' in message
    await news.aclose()
    await later.aclose()


async def touch(transaction: Transaction, order: str) -> None:
    await transaction.execute(
        "UPDATE review SET changed_in = pg_current_xact_id() WHERE order_id = $1", order
    )


async def test_more_than_can_be_said_is_asked_for(approval: Driver) -> None:
    news = follow(approval)
    await anext(news)
    await approval.hears(*(order_received(str(number)) for number in range(150)))

    await approval.does("live")

    assert "event: refresh" in await anext(news)
    await news.aclose()


async def test_an_order_that_cannot_be_read_holds_up_no_news(approval: Driver) -> None:
    await approval.hears(order_received("1"))
    news = follow(approval)
    await anext(news)
    await keep(approval, "1", facts='{"order": 1}')
    async with approval.service.database.transaction() as transaction:
        await touch(transaction, order_id("1"))

    await approval.does("live")
    unread = await anext(news)
    await approval.hears(order_received("2"))
    await approval.does("live")

    assert "event: refresh" in unread
    assert f'<tr id="o-{order_id("2")}"' in await anext(news)
    await news.aclose()


async def test_counts_stay_true_when_they_are_summed_up(approval: Driver) -> None:
    for number in range(120):
        await approval.hears(order_received(str(number)))
        await approval.hears(print_file_ready(str(number)))

    folded = await approval.does_all("tally")

    async with approval.service.database.transaction() as transaction:
        kept = await transaction.fetch("SELECT status, orders FROM tally")
        true = await transaction.fetch("SELECT status, count(*) AS orders FROM review GROUP BY 1")
    assert folded == 1
    assert sorted(map(tuple, kept)) == sorted(map(tuple, true))
