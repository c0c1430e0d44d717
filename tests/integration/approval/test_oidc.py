"""Signing in with an identity provider that vouches for a person."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from services.approval.app import build_app
from services.approval.settings import Settings
from shared.web import Role
from tests.support.service import Driver, driving

ISSUER = "https://id.example"


@dataclass
class IdentityProvider:
    """Vouches for one person, and says what it was asked."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    claims: dict[str, Any] = field(default_factory=lambda: {"email": "ada@example.com"})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("openid-configuration"):
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            return httpx.Response(
                200, json={"issuer": ISSUER} | {name: f"{ISSUER}/{name}" for name in names}
            )
        if request.url.path == "/jwks_uri":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        token = jwt.encode({"alg": "RS256", "kid": "1"}, self.claims, self.key)
        return httpx.Response(
            200, json={"id_token": token, "token_type": "Bearer", "access_token": "x"}
        )


@pytest.fixture
def provider() -> IdentityProvider:
    return IdentityProvider()


@pytest.fixture
async def approval(settings: Settings, provider: IdentityProvider) -> AsyncIterator[Driver]:
    people = {"ADA@example.com": Role.APPROVER}
    told = {"oidc_issuer": ISSUER, "oidc_client_id": "platen", "oidc_people": people}
    transport = httpx.MockTransport(provider)
    app = build_app(settings.model_copy(update=told), oidc_transport=transport)
    async with driving(app) as driver:
        yield driver


async def come_back(approval: Driver, provider: IdentityProvider, **claims: Any) -> httpx.Response:
    sent = await approval.http.get("/sign-in/oidc")
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    vouched = {"iss": ISSUER, "aud": "platen", "exp": 9999999999, "nonce": asked["nonce"][0]}
    provider.claims |= vouched | claims
    query = {"code": "c", "state": asked["state"][0]}
    return await approval.http.get("/sign-in/oidc/back", params=query)


async def test_a_known_person_comes_in_by_name(
    approval: Driver, provider: IdentityProvider
) -> None:
    answer = await come_back(approval, provider)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await approval.http.get("/")).status_code == 200
    assert (await approval.http.get("/keys")).status_code == 403


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"email": "eve@example.com"}, 403),
        ({"email_verified": False}, 401),
        ({"aud": "another"}, 401),
        ({"iss": "https://evil.example"}, 401),
        ({"nonce": "another"}, 401),
        ({"exp": 1}, 401),
    ],
)
async def test_nobody_else_comes_in(
    approval: Driver, provider: IdentityProvider, claims: dict[str, Any], status: int
) -> None:
    assert (await come_back(approval, provider, **claims)).status_code == status
    assert (await approval.http.get("/")).status_code == 401


async def test_another_browser_cannot_bring_the_answer(
    approval: Driver, provider: IdentityProvider
) -> None:
    answer = await approval.http.get("/sign-in/oidc/back?code=c&state=x")

    assert answer.status_code == 401
