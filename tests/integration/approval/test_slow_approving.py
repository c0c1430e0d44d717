"""Approving many orders may take longer than a statement may in general."""

import pytest

from services.approval.app import build_app
from services.approval.settings import Settings
from shared import pooling
from shared.events import OrderApproved
from tests.integration.approval.conftest import KEY
from tests.support.events import order_id, order_received, print_file_ready
from tests.support.service import driving

SECONDS_MAX = 1.0
SLOW = """
    CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_sleep(0.6);
        RETURN NEW;
    END $$;
    CREATE TRIGGER slow BEFORE INSERT ON approval FOR EACH ROW EXECUTE FUNCTION be_slow();
"""


@pytest.mark.parametrize(
    "which",
    [{"order_ids": [order_id("1"), order_id("2")]}, {"filter": {"status": "needs_approval"}}],
)
async def test_many_are_approved_however_slow_the_database_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, which: object
) -> None:
    async with driving(build_app(settings)) as approval:
        approval.http.headers["Authorization"] = f"Bearer {KEY}"
        for number in ("1", "2"):
            await approval.hears(order_received(number), print_file_ready(number))
        async with approval.service.database.transaction() as transaction:
            await transaction.execute(SLOW)
        monkeypatch.setattr(pooling, "STATEMENT_SECONDS_MAX", SECONDS_MAX)

        answer = await approval.http.post("/v1/approvals", json=which)

        assert answer.status_code == 200, answer.text
        said = await approval.says()
        assert [type(event) for event in said] == [OrderApproved] * 2
