"""An order that rules fail at waits for a person, and holds no other up."""

from services.approval.settings import Settings
from shared.events import ApprovalOverdue, OrderApproved
from tests.integration.approval.test_going_out import keep
from tests.integration.approval.test_rules import ruled
from tests.support.events import order_id, order_received, print_file_ready
from tests.support.refusing import refuse
from tests.support.service import Driver

UNREADABLE = '{"order": 1}'


async def wait_for_rules(approval: Driver) -> None:
    """Have two orders wait that the rules look at at their own pace, since they cool off."""
    for number in ("1", "2"):
        await approval.hears(order_received(number), print_file_ready(number))


async def approvers(approval: Driver) -> dict[str, str]:
    async with approval.service.database.statement() as statement:
        rows = await statement.fetch(
            "SELECT order_id::text, approved_by FROM review WHERE approved_at IS NOT NULL"
        )
    return {row["order_id"]: row["approved_by"] for row in rows}


async def test_an_order_that_cannot_be_read_keeps_no_other_from_approval(
    settings: Settings,
) -> None:
    async with ruled(settings, auto_approve_under=5000, cooling_off_minutes=10) as approval:
        await wait_for_rules(approval)
        await keep(approval, "1", facts=UNREADABLE)

        await approval.does_all("rules")

        assert await approvers(approval) == {order_id("2"): "rule: small order"}
        assert not await approval.is_due("rules")


async def test_an_order_that_a_rule_fails_at_keeps_no_other_from_approval(
    settings: Settings,
) -> None:
    async with ruled(settings, auto_approve_under=5000, cooling_off_minutes=10) as approval:
        await wait_for_rules(approval)
        await refuse(approval.service, "approval", "INSERT", "1")

        await approval.does_all("rules")

        assert await approvers(approval) == {order_id("2"): "rule: small order"}
        assert not await approval.is_due("rules")


async def test_an_order_that_cannot_be_read_is_overdue_like_any(settings: Settings) -> None:
    async with ruled(settings, overdue_hours=1) as approval:
        await wait_for_rules(approval)
        await keep(approval, "1", facts=UNREADABLE)

        await approval.does_all("overdue")

        said = [each for each in await approval.says() if not isinstance(each, OrderApproved)]
        assert {each.key for each in said} == {order_id("1"), order_id("2")}
        assert {type(each) for each in said} == {ApprovalOverdue}
