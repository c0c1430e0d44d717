"""The examples in the API's description are what the service really answers."""

import json
import os
import re
from typing import Any

from deploy.contracts.examples import EXAMPLES, read_examples
from tests.integration.approval.examples import (
    SENT,
    Example,
    acting,
    deciding,
    reading,
    sending,
    story,
)
from tests.support.events import order_id
from tests.support.service import Driver

Json = Any

# What differs from run to run: moments, signatures of URLs, places in the database, and ids that
# are made of a moment.
VOLATILE = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|expires=\d+&signature=\w+|(?<=\")\d+:\d+:[\d,]*(?=\")|R\d{12}"
)


async def try_out(approval: Driver, example: Example, kept: dict[str, str]) -> Json:
    """Send the request, and give it with its answer as the description shows them."""
    headers, body = fill([example.headers, example.body], kept)
    answer = await approval.http.request(
        example.method, example.url, params=example.query, headers=headers, json=body
    )
    assert answer.status_code == example.status, (example.operation, answer.text)
    content = answer.json()
    if "ETag" in answer.headers:
        kept["order" if example.number else "rules"] = answer.headers["ETag"]
    if "as_of" in content:
        kept["as_of"] = content["as_of"]
    return {
        "operation": example.operation,
        "summary": example.summary,
        "path": example.url,
        "query": example.query,
        "headers": headers,
        "body": body,
        "status": answer.status_code,
        "answer": content,
    }


def fill(part: Json, kept: dict[str, str]) -> Json:
    """Put what was answered before in its place."""
    if isinstance(part, dict):
        return {name: fill(value, kept) for name, value in part.items()}
    if isinstance(part, list):
        return [fill(value, kept) for value in part]
    return kept.get(part.strip("{}"), part) if isinstance(part, str) else part


def comparable(part: Json) -> Json:
    """Write examples without what differs from run to run."""
    text = json.dumps(part, indent=2, ensure_ascii=False, sort_keys=True)
    return VOLATILE.sub("<…>", text)


async def test_every_example_is_what_the_service_answers(approval: Driver) -> None:
    await approval.hears(*story())
    await approval.http.post(f"/v1/orders/{order_id(SENT)}/approve")
    await approval.hears(*sending())
    kept: dict[str, str] = {}
    tried = [
        await try_out(approval, example, kept) for example in (*reading(), *deciding(), *acting())
    ]
    if os.environ.get("PLATEN_EXAMPLES") == "write":
        EXAMPLES.write_text(json.dumps(tried, indent=2, ensure_ascii=False) + "\n")

    assert comparable(tried) == comparable(read_examples()), "run `make examples`"


def test_examples_can_be_copied_as_they_are() -> None:
    for example in read_examples():
        sent = json.dumps([example["path"], example["query"], example["headers"], example["body"]])
        assert not re.search(r"\{\w+\}", sent), sent
