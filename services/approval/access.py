"""Who asks: a program by its key, or a person by a session; and what each may do."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from services.approval.store import keys
from shared.api_key import REFUSAL
from shared.database import Database
from shared.http import OwnDatabase, Problem
from shared.web import Person, Role, Sessions

COOKIE = "platen_session"
PREFIX = "platen_"


class SignedOut(Exception):
    """Nobody is signed in, so there is nothing to show."""


def hash_of(key: str) -> str:
    """Name a key without keeping it; it is long and random, so that one round is enough."""
    return sha256(key.encode()).hexdigest()


async def create_key(database: Database, name: str, role: Role, who: str) -> str:
    """Make a key for a program, and give it for the only time."""
    key = PREFIX + token_urlsafe(32)
    async with database.transaction() as transaction:
        await keys.add_key(transaction, hash_of(key), name, role, who)
        await keys.record(transaction, who, "created an API key", f"{name} ({role})")
    return key


async def revoke_key(database: Database, key_hash: str, who: str) -> bool:
    """Revoke a key by its hash; False when there is none to revoke."""
    async with database.transaction() as transaction:
        revoked = await keys.revoke_key(transaction, key_hash, who)
        if revoked:
            await keys.record(transaction, who, "revoked an API key", key_hash[:12])
    return revoked


def program(needed: Role) -> Callable[..., Awaitable[Person]]:
    """Make a dependency that knows a program by its key: the installation's own, or one created."""
    bearer = HTTPBearer(auto_error=False, description=REFUSAL)

    async def check(
        request: Request,
        database: OwnDatabase,
        _: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    ) -> Person:
        return permitted(await known_program(request, database), needed)

    return check


async def known_program(request: Request, database: Database) -> Person:
    """Tell which program asks by the key that it shows; raises 401 when it shows none of ours."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    given = given.strip() if scheme.lower() == "bearer" else ""
    own: SecretStr = request.app.state.api_key
    if hmac.compare_digest(given.encode(), own.get_secret_value().encode()):
        return Person("API key", Role.ADMIN)
    async with database.statement() as transaction:
        found = await keys.find_key(transaction, hash_of(given)) if given else None
    if found is None:
        raise HTTPException(401, REFUSAL, headers={"WWW-Authenticate": "Bearer"})
    return Person(f"API key {found.name}", Role(found.role))


async def person_of(request: Request) -> Person:
    """Tell who looks at the page; raises SignedOut when nobody is signed in."""
    sessions: Sessions = request.app.state.sessions
    subject = sessions.open_cookie(request.cookies.get(COOKIE, ""), datetime.now(UTC))
    person = Person.unsealed(subject) if subject else None
    if person is None:
        raise SignedOut
    return person


async def approver_of(request: Request) -> Person:
    """Tell who decides; raises Problem when this person may only look."""
    return permitted(await person_of(request), Role.APPROVER)


async def admin_of(request: Request) -> Person:
    """Tell who administers; raises Problem when this person may not."""
    return permitted(await person_of(request), Role.ADMIN)


def permitted(person: Person, needed: Role) -> Person:
    """Give the person back; raises Problem when the role is not enough."""
    if not person.role.covers(needed):
        detail = f"This needs the role {needed}; {person.name} has the role {person.role}."
        raise Problem(403, "Not allowed", detail)
    return person


Viewer = Annotated[Person, Depends(person_of)]
Approver = Annotated[Person, Depends(approver_of)]
Admin = Annotated[Person, Depends(admin_of)]

ApiViewer = Annotated[Person, Depends(program(Role.VIEWER))]
ApiApprover = Annotated[Person, Depends(program(Role.APPROVER))]
ApiAdmin = Annotated[Person, Depends(program(Role.ADMIN))]
