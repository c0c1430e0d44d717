"""Whether rules have anything to look at is asked each second, however many orders wait."""

import re

from services.approval.settings import Settings
from services.approval.store import judging
from tests.integration.approval.test_rules import ruled
from tests.support.events import order_received, print_file_ready
from tests.support.service import Driver

ORDERS = 20_000
PAGES_MAX = 40

MANY = """
    INSERT INTO review
        (order_id, revision, status, placed_at, snapshot_hash, judged_revision, judged_version)
    SELECT gen_random_uuid(), 7, 'needs_approval', now(), 'seen', 7,
        (SELECT max(version) FROM rule_version)
    FROM generate_series(1, $1)
"""


async def pages_read(driver: Driver) -> int:
    """Ask whether anything is due, and count the pages of the database that this took."""
    async with driver.service.database.statement() as statement:
        rows = await statement.fetch(f"EXPLAIN (ANALYZE, BUFFERS) SELECT {judging.DUE}")
    plan = "\n".join(row[0] for row in rows)
    execution = plan.partition("Planning")[0]
    [first] = re.findall(r"Buffers: shared (.*)", execution)[:1]
    return sum(int(count) for count in re.findall(r"(?:hit|read)=(\d+)", first))


async def test_thousands_of_waiting_orders_are_not_looked_through(settings: Settings) -> None:
    async with ruled(settings, auto_approve_under=100) as approval:
        async with approval.service.database.transaction() as transaction:
            await transaction.execute(MANY, ORDERS)
            await transaction.execute("ANALYZE review")

        assert not await approval.is_due("rules")
        assert await pages_read(approval) <= PAGES_MAX

        await approval.hears(order_received(), print_file_ready())
        assert await approval.is_due("rules")
        assert await approval.does_all("rules") == 1
        assert not await approval.is_due("rules")
