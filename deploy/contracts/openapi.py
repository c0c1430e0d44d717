"""OpenAPI 3.1 of a service, what it answers ahead of its framework included."""

from copy import deepcopy
from typing import Any

from deploy.contracts.examples import add_examples
from shared.service import Service

Json = dict[str, Any]

CODES = {
    "unknown": "there is no such order",
    "changed": "it has changed since it was seen; `changes` names what",
    "cancelled": "the order was cancelled",
    "already_approved": "somebody has approved it; `detail` says who",
    "not_ready": "it does not wait for an approval; `detail` names its status",
    "not_now": "the order does not allow it as it stands; `detail` says why",
    "nothing_to_retry": "nothing has failed",
}
PROBLEM: Json = {
    "title": "Problem",
    "description": "RFC 9457; `detail` says what to do next.",
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string", "description": "What kind of problem it is, in a few words."},
        "status": {"type": "integer", "description": "The HTTP status once more."},
        "detail": {"type": "string", "description": "What is wrong, and what to do next."},
        "code": {
            "type": "string",
            "description": "Why, for programs; more may be added: "
            + "; ".join(f"`{code}`: {meaning}" for code, meaning in CODES.items())
            + ". Left out where the status says it all.",
        },
        "order_id": {
            "type": "string",
            "description": "The order that was not approved; only where one was to be.",
        },
        "changes": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What has changed since the order was seen, in a person's words; only "
            "where an order was to be approved.",
        },
        "errors": {
            "type": "array",
            "description": "Each field that is wrong; only with 422.",
            "items": {
                "type": "object",
                "required": ["field", "problem"],
                "properties": {
                    "field": {
                        "type": "string",
                        "description": "Where it is, such as `body.order_ids.0`.",
                    },
                    "problem": {"type": "string", "description": "What is wrong with it."},
                },
            },
        },
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
    document["paths"] |= {path.decode(): FRONTED[path.decode()] for path in app.asgi.hot}
    for path in document["paths"].values():
        for operation in path.values():
            answers = operation["responses"]
            for status in [each for each in answers if is_framework_s(answers[each])]:
                del answers[status]
            answers["default"] = PROBLEM_ANSWER
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    add_examples(app.name, document)
    return document


def is_framework_s(answer: Json) -> bool:
    """Tell whether the framework describes its own form of a failure, which nobody sends."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return bool(schema.get("$ref", "").endswith("/HTTPValidationError"))
