"""Signing in with the merchant's own identity provider, by OpenID Connect."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.approval.access import SignedOut
from services.approval.settings import Settings
from services.approval.signing import welcome
from services.approval.store import keys
from shared.http import OwnDatabase, Problem
from shared.web import Person, Role, Sessions

COOKIE = "platen_signing_in"
KEPT_SECONDS = 600
ALGORITHMS = ["RS256", "ES256", "PS256"]


class Provider:
    """The identity provider, as its discovery document describes it."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None) -> None:
        self.settings = settings
        self.transport = transport
        self._described: dict[str, Any] = {}

    async def describe(self) -> dict[str, Any]:
        """Give the discovery document, asked for once."""
        if not self._described:
            address = f"{self.settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
            self._described = await self._get(address)
        return self._described

    async def keys(self) -> KeySet:
        """Give the keys that it signs with now."""
        return KeySet.import_key_set(await self._get((await self.describe())["jwks_uri"]))

    async def _get(self, address: str) -> Any:
        async with httpx.AsyncClient(transport=self.transport, timeout=10) as http:
            return (await http.get(address)).raise_for_status().json()

    async def exchange(self, code: str, verifier: str, back: str) -> Mapping[str, Any]:
        """Take the code that the person brought to the provider, and give its tokens."""
        address = (await self.describe())["token_endpoint"]
        body = prepare_token_request(
            "authorization_code", redirect_uri=back, code=code, code_verifier=verifier
        )
        secret = self.settings.oidc_client_secret.get_secret_value()
        async with httpx.AsyncClient(transport=self.transport, timeout=10) as http:
            answer = await http.post(
                address,
                content=body,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                auth=(self.settings.oidc_client_id, secret),
            )
        tokens: Mapping[str, Any] = answer.raise_for_status().json()
        return tokens


def role_of(settings: Settings, email: str) -> Role | None:
    """Give what the person with this address may do; None for a stranger."""
    known = {name.casefold(): role for name, role in settings.oidc_people.items()}
    return known.get(email.casefold())


async def begin(request: Request) -> Response:
    """Send the person to the provider, with what only this browser can bring back."""
    provider: Provider = request.app.state.provider
    sessions: Sessions = request.app.state.sessions
    state, verifier, nonce = sessions.new_secret(), sessions.new_secret(), sessions.new_secret()
    described = await provider.describe()
    address = prepare_grant_uri(
        described["authorization_endpoint"],
        provider.settings.oidc_client_id,
        "code",
        redirect_uri=back_of(request),
        scope="openid email",
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    response = RedirectResponse(address, status_code=303)
    sealed = sessions.new_cookie(f"{state} {verifier} {nonce}", datetime.now(UTC))
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, sealed, max_age=KEPT_SECONDS, httponly=True, samesite="lax", secure=is_secure
    )
    return response


async def finish(request: Request, database: OwnDatabase) -> Response:
    """Let the person in whom the provider vouches for, and who is known here."""
    provider: Provider = request.app.state.provider
    sessions: Sessions = request.app.state.sessions
    now = datetime.now(UTC)
    subject = sessions.open_cookie(request.cookies.get(COOKIE, ""), now) or "  "
    state, verifier, nonce = subject.split(" ")
    if not state or request.query_params.get("state") != state:
        raise SignedOut
    try:
        email = await vouched(request, provider, verifier, nonce)
    except (JoseError, httpx.HTTPError, KeyError, ValueError) as error:
        raise Problem(401, "Not signed in", "The identity provider did not vouch.") from error
    role = role_of(provider.settings, email)
    async with database.transaction() as transaction:
        await keys.record(transaction, email, "signed in" if role else "was not let in", "by OIDC")
    if role is None:
        raise Problem(403, "Not known", f"{email} is known to the provider, but not to Platen.")
    response = welcome(request, Person(email, role), now)
    response.delete_cookie(COOKIE)
    return response


async def vouched(request: Request, provider: Provider, verifier: str, nonce: str) -> str:
    """Take the code to the provider, check what it signed, and give the e-mail address."""
    described = await provider.describe()
    code = request.query_params["code"]
    token = await provider.exchange(code, verifier, back_of(request))
    read = jwt.decode(token["id_token"], await provider.keys(), algorithms=ALGORITHMS)
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": described["issuer"]},
        aud={"essential": True, "value": provider.settings.oidc_client_id},
        exp={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(read.claims)
    if read.claims.get("email_verified") is False:
        raise ValueError("the address is not verified")
    return str(read.claims["email"])


def back_of(request: Request) -> str:
    """Give the address that the provider sends the person back to."""
    provider: Provider = request.app.state.provider
    own = provider.settings.public_url or str(request.base_url)
    return f"{own.rstrip('/')}/sign-in/oidc/back"
