"""The examples of the APIs: what was sent and answered when a test tried them last."""

import json
import shlex
from pathlib import Path
from typing import Any

from deploy.gateway import route

Json = dict[str, Any]

FOLDER = Path(__file__).with_name("shown")
"""Written by `make examples`; tests ask for all of it again and compare."""


def file_of(service: str) -> Path:
    """Give where a service's examples are kept."""
    return FOLDER / f"{service}.json"


def read_examples(service: str) -> list[Json]:
    """Give every example of the service, in the order in which they were tried."""
    examples: list[Json] = json.loads(file_of(service).read_text())
    return examples


def add_examples(service: str, document: Json) -> None:
    """Show each example at its operation: what is sent, what is answered, and both as a command."""
    for number, example in enumerate(read_examples(service), 1):
        method, _, path = example["operation"].partition(" ")
        operation = document["paths"].get(path, {}).get(method.lower())
        if operation is None:
            continue
        name = f"{number:02d}"
        answer = operation["responses"][str(example["status"])]
        for content in answer.setdefault("content", {}).values():
            add(content, name, example["summary"], example["answer"])
        if example["body"] is not None and "requestBody" in operation:
            content = operation["requestBody"]["content"]["application/json"]
            add(content, name, example["summary"], example["body"])
        key = f"{service.upper()}_API_KEY" if "security" in operation else ""
        source = as_command(example, service, key)
        sample = {"lang": "Shell", "label": example["summary"], "source": source}
        operation.setdefault("x-codeSamples", []).append(sample)


def add(content: Json, name: str, summary: str, value: Any) -> None:
    """Add an example to what is sent or answered."""
    content.setdefault("examples", {})[name] = {"summary": summary, "value": value}


def as_command(example: Json, service: str, key: str) -> str:
    """Write the request as a command that can be copied; `key` names the variable, if any."""
    method = example["operation"].partition(" ")[0]
    lines = [f"curl --request {method}"]
    if key:
        lines.append(f'--header "Authorization: Bearer ${key}"')
    lines += [
        f"--header {shlex.quote(f'{name}: {each}')}" for name, each in example["headers"].items()
    ]
    if example["query"]:
        lines.append("--get")
        lines += [
            f"--data {shlex.quote(f'{name}={each}')}" for name, each in example["query"].items()
        ]
    if example["body"] is not None:
        lines.append('--header "Content-Type: application/json"')
        lines.append(f"--data {shlex.quote(json.dumps(example['body'], ensure_ascii=False))}")
    path = example["path"]
    place = path if route(path) == (service, path) else f"/{service}{path}"
    lines.append(f'"$PLATEN_URL{place}"')
    return " \\\n  ".join(lines)
