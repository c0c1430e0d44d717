"""What the description of the API says of a path beside its function: headers and failures."""

from typing import Any

from shared.described import problem

Json = dict[str, Any]

FAILURES = {
    401: "No API key was shown, or none that is known: send `Authorization: Bearer <key>`.",
    403: "The key's role is not enough; `detail` names the role that is needed.",
    404: "No order has this id (`code` is `unknown`).",
    409: "The order does not allow it as it stands, and nothing was done; `code` and `detail` say "
    "why. Or the same request, by its Idempotency-Key, is being worked on: ask again soon.",
    412: "What If-Match names is not what holds now (`code` is `changed`), and nothing was done: "
    "read it again.",
    413: "The body is too large to be meant.",
    422: "The request makes no sense; `errors` names each field that is wrong. Or its "
    "Idempotency-Key was used for another path or body.",
    428: "If-Match is missing: nobody changes what they have not seen.",
    503: "The database is away. Try again after Retry-After; with an Idempotency-Key nothing is "
    "done twice.",
}
IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text of yours that names this request, such as a UUID. The same key, API "
    "key, path and body again does nothing and gets the first answer, with "
    "`Idempotent-Replayed: true`. Another path or body gets 422; while the first request is "
    "being worked on, the answer is 409. An answer is kept for 30 days; "
    "after a failure the key is free again.",
    "schema": {"type": "string", "maxLength": 255},
}
REPLAYED: Json = {
    "Idempotent-Replayed": {
        "description": "`true` when this is the kept answer of an earlier request.",
        "schema": {"type": "string", "const": "true"},
    }
}
ETAG: Json = {
    "ETag": {
        "description": "Names what was read: send it as If-Match with a change.",
        "schema": {"type": "string"},
    }
}


def gets(*failures: int, headers: Json | None = None) -> Json:
    """Describe a path that only reads."""
    return {"methods": ["GET"], "responses": answers((401, *failures, 503), headers)}


def posts(*failures: int) -> Json:
    """Describe a path that does something, once for each Idempotency-Key."""
    return {
        "methods": ["POST"],
        "responses": answers((401, *failures, 409, 413, 422, 503), REPLAYED),
        "openapi_extra": {"parameters": [IDEMPOTENCY_KEY]},
    }


def puts(*failures: int) -> Json:
    """Describe a path that replaces what was seen."""
    return {"methods": ["PUT"], "responses": answers((401, *failures, 422, 503), ETAG)}


def answers(failures: tuple[int, ...], headers: Json | None) -> dict[int | str, Json]:
    """Describe every answer that is more than a body."""
    described: dict[int | str, Json] = {
        status: problem(FAILURES[status]) for status in sorted(failures)
    }
    return described | ({200: {"headers": headers}} if headers else {})
