"""The examples of approval's API: what was sent and answered when a test tried them last."""

import json
import shlex
from pathlib import Path
from typing import Any

Json = dict[str, Any]

EXAMPLES = Path(__file__).with_name("examples.json")
"""Written by `make examples`; a test asks for all of it again and compares."""


def read_examples() -> list[Json]:
    """Give every example, in the order in which they were tried."""
    examples: list[Json] = json.loads(EXAMPLES.read_text())
    return examples


def add_examples(document: Json) -> None:
    """Show each example at its operation: what is sent, what is answered, and both as a command."""
    for number, example in enumerate(read_examples(), 1):
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
        sample = {"lang": "Shell", "label": example["summary"], "source": as_command(example)}
        operation.setdefault("x-codeSamples", []).append(sample)


def add(content: Json, name: str, summary: str, value: Any) -> None:
    """Add an example to what is sent or answered."""
    content.setdefault("examples", {})[name] = {"summary": summary, "value": value}


def as_command(example: Json) -> str:
    """Write the request as a command that can be copied."""
    method = example["operation"].partition(" ")[0]
    lines = [f"curl --request {method}", '--header "Authorization: Bearer $APPROVAL_API_KEY"']
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
    lines.append(f'"$PLATEN_URL{example["path"]}"')
    return " \\\n  ".join(lines)
