"""OpenAPI 3.1 of a service, what it answers ahead of its framework included."""

from copy import deepcopy
from typing import Any

from shared.service import Service

Json = dict[str, Any]

PROBLEM: Json = {
    "title": "Problem",
    "description": "RFC 9457; `detail` says what to do next.",
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
PROBLEM_ANSWER: Json = {
    "description": "Any other status is a problem.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def signed_webhook(sender: str, headers: dict[str, str]) -> Json:
    """Describe a path that takes signed webhooks."""
    return {
        "post": {
            "summary": f"Take a webhook from {sender}",
            "tags": ["webhooks"],
            "parameters": [
                {
                    "name": name,
                    "in": "header",
                    "required": True,
                    "description": meaning,
                    "schema": {"type": "string"},
                }
                for name, meaning in headers.items()
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "responses": {
                "200": {"description": "Kept, or known already."},
                "default": PROBLEM_ANSWER,
            },
        }
    }


FRONTED: dict[str, Json] = {
    "/webhooks/shopify": signed_webhook(
        "Shopify",
        {
            "X-Shopify-Hmac-Sha256": "base64(HMAC-SHA256(raw body, app secret))",
            "X-Shopify-Topic": "such as `orders/create`",
            "X-Shopify-Shop-Domain": "the shop that it is about",
            "X-Shopify-Webhook-Id": "the delivery; the same one again changes nothing",
        },
    ),
}
"""What the paths answer that a service takes ahead of its framework."""


def describe_http(app: Service) -> Json:
    """Describe every path of a service; each failure is a problem, whatever its status."""
    document = deepcopy(app.http.openapi())
    document["paths"] |= {path: FRONTED[path] for path in app.asgi.paths}
    for path in document["paths"].values():
        for operation in path.values():
            for status in [each for each in operation["responses"] if each >= "400"]:
                del operation["responses"][status]
            operation["responses"]["default"] = PROBLEM_ANSWER
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    return document
