"""What a person does about news that approval itself could not take in."""

from fastapi import Request
from fastapi.responses import RedirectResponse

from services.approval.access import Approver
from services.approval.forms import form_of
from services.approval.store import keys
from shared import dead_letters
from shared.http import OwnDatabase


async def replay_letters(
    request: Request, database: OwnDatabase, person: Approver
) -> RedirectResponse:
    """Take in again what was set aside of one order or product."""
    key = (await form_of(request)).one("key")
    async with database.transaction() as transaction:
        if await dead_letters.request_replay(transaction, key):
            await keys.record(transaction, person.name, "had dead letters replayed", key)
    return RedirectResponse("/?asked=1", status_code=303)
