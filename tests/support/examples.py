"""Examples of an API's description: requests that are really sent, and their answers."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.contracts.examples import file_of, read_examples
from tests.support.events import order_id
from tests.support.service import Driver

Json = Any

# What differs from run to run: moments, signatures of URLs, places in the database, and ids that
# are made of a moment or by somebody else.
VOLATILE = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|expires=\d+&signature=\w+|(?<=\")\d+:\d+:[\d,]*(?=\")"
    r"|R\d{12}|(?<=order_id\": \")[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}|gid://shopify/\w+/\d+"
)


@dataclass(frozen=True, slots=True)
class Example:
    """A request by its place in the description, with all that is sent."""

    summary: str
    method: str
    path: str
    number: str = ""
    """Which order the path means."""
    names: dict[str, str] = field(default_factory=dict)
    """What else the path means, by its parameters."""
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Json = None
    status: int = 200

    @property
    def operation(self) -> str:
        """Name what it is an example of, as the description knows it."""
        return f"{self.method} {self.path}"

    @property
    def url(self) -> str:
        """Give the path with what it means."""
        path = self.path
        for name, value in {"order_id": order_id(self.number), **self.names}.items():
            path = path.replace(f"{{{name}}}", value)
        return path


async def try_all(driver: Driver, examples: Sequence[Example]) -> None:
    """Send every request, and compare what the service answers with what its description shows."""
    service, kept = driver.service.name, dict[str, str]()
    tried = [await try_out(driver, example, kept) for example in examples]
    if os.environ.get("PLATEN_EXAMPLES") == "write":
        text = json.dumps(tried, indent=2, ensure_ascii=False)
        file_of(service).write_text(f"{text}\n")
    shown = read_examples(service)

    assert comparable(tried) == comparable(shown), "run `make examples`"
    for example in shown:
        sent = json.dumps([example["path"], example["query"], example["headers"], example["body"]])
        assert not re.search(r"\{\w+\}", sent.replace(json.dumps(example["body"]), "")), sent


async def try_out(driver: Driver, example: Example, kept: dict[str, str]) -> Json:
    """Send the request, and give it with its answer as the description shows them."""
    headers, body = fill([example.headers, example.body], kept)
    answer = await driver.http.request(
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
