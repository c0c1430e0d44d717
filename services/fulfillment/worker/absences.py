"""Absences: that the provider cannot be asked is told, also while no approved order waits for it.

Orders that it makes would look as if nothing happened to them.
"""

from services.fulfillment.completeful import PROVIDER
from services.fulfillment.settings import Settings
from services.fulfillment.store import absences
from shared import outbox
from shared.database import Database
from shared.events import Event, FailureEnded, FailureFound
from shared.outside import Outside

LOOK_SECONDS = 5.0
KIND = "provider"


async def say_absence(database: Database, outside: Outside, settings: Settings) -> bool:
    """Say that the provider is away, or back; False when there is nothing new to say.

    What counts is how the last request ended, in whichever process: any answer ends it.
    """
    outcome = outside.outcome
    said: list[Event] = []
    async with database.transaction() as transaction:
        service = transaction.service
        if outcome:
            await absences.note(transaction, PROVIDER, outcome)
        if await absences.end(transaction, PROVIDER, is_back=outcome == ""):
            said.append(FailureEnded(service=service, kind=KIND, name=PROVIDER))
        elif found := await absences.take_untold(transaction, PROVIDER, settings.delay_said_after):
            said.append(
                FailureFound(
                    service=service,
                    kind=KIND,
                    name=PROVIDER,
                    subject=outside.name,
                    reason=found["reason"],
                    since=found["since"],
                    can_retry=False,
                )
            )
        await outbox.add(transaction, said)
    outside.forget(outcome)
    return bool(said)
