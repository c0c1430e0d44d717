"""Who may do what with the API."""

import pytest

from services.approval.access import create_key, hash_of, revoke_key
from shared.web import Role
from tests.support.events import order_id, order_received, print_file_ready
from tests.support.service import Driver


async def shows(approval: Driver, role: Role) -> str:
    key = await create_key(approval.service.database, f"a {role}", role, "Ada")
    approval.http.headers["Authorization"] = f"Bearer {key}"
    return key


@pytest.mark.parametrize(
    ("role", "statuses"), [(Role.VIEWER, [200, 403]), (Role.APPROVER, [200, 200])]
)
async def test_a_key_opens_what_its_role_may(
    approval: Driver, role: Role, statuses: list[int]
) -> None:
    await approval.hears(order_received(), print_file_ready())
    await shows(approval, role)

    answers = [
        await approval.http.get("/v1/orders"),
        await approval.http.post(f"/v1/orders/{order_id()}/approve"),
    ]

    assert [answer.status_code for answer in answers] == statuses


async def test_a_programs_approval_bears_its_name(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_ready())
    await shows(approval, Role.APPROVER)
    await approval.http.post(f"/v1/orders/{order_id()}/approve")

    order = (await approval.http.get(f"/v1/orders/{order_id()}")).json()

    assert order["approved_by"] == "API key a approver"


async def test_a_revoked_key_opens_nothing(approval: Driver) -> None:
    key = await shows(approval, Role.ADMIN)

    revoked = await revoke_key(approval.service.database, hash_of(key), "Ada")

    assert revoked
    assert (await approval.http.get("/v1/orders")).status_code == 401
    assert not await revoke_key(approval.service.database, hash_of(key), "Ada")


async def test_the_key_itself_is_not_kept(approval: Driver) -> None:
    key = await shows(approval, Role.ADMIN)

    async with approval.service.database.transaction() as transaction:
        rows = await transaction.fetch("SELECT key_hash, name FROM api_key")

    assert key not in str(rows)
