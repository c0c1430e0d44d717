"""Says where the stream and its description differ, by others' reading of the standards.

The description is judged by AsyncAPI's own parser and messages by Ajv, both on the Node.js
that Playwright brings along.
"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from shared.cloudevents import Message
from tests.support.npm import Package

Json = dict[str, Any]

JUDGE = Path(__file__).with_name("judge.cjs")
PARSER = Package(
    "@asyncapi/parser",
    "3.6.6",
    "DppE3OStajt6gHc+RsVf9VxRwW9WACagHnFvkOML5rZGwS9hXxtFYTxnsH3mHPRgHom0rClMs6DpbjNY65Y54A==",
)
AJV = Package(
    "ajv",
    "6.12.6",
    "j3fVLgvTo527anyYyJOGTYJbG+vnnQYvE0m5mmkc1TK+nxAppkCLMIL0aZ4dblVCNoGShhm+kzE4ZUykBoMg4g==",
)


def faults_of_description(document: Json) -> list[str]:
    """Say where a document is not valid AsyncAPI of the version that it names."""
    faults: list[str] = _judge("description", PARSER.file("browser/index.js"), document)
    return faults


def faults_of_messages(document: Json, messages: Sequence[Message]) -> list[list[str]]:
    """Say of each message where its topic, headers or body are not as described."""
    asked = [
        {"name": _name_of(each), "headers": dict(each.headers), "payload": json.loads(each.value)}
        for each in messages
    ]
    judged = _judge(
        "messages", AJV.file("dist/ajv.min.js"), {"document": document, "messages": asked}
    )
    return [
        [*_faults_of_place(document, message), *faults]
        for message, faults in zip(messages, judged, strict=True)
    ]


def _faults_of_place(document: Json, message: Message) -> list[str]:
    """Say where a message lies on a topic, or comes from a service, that is not described so."""
    name, speaker = _name_of(message), _speaker_of(message)
    [channel] = [
        key for key, each in document["channels"].items() if each["address"] == message.topic
    ]
    speakers = {
        operation["tags"][0]["name"]
        for operation in document["operations"].values()
        if operation["action"] == "send"
        and {"$ref": f"#/channels/{channel}/messages/{name}"} in operation["messages"]
    }
    return [] if speaker in speakers else [f"{speaker} does not say {name} on {message.topic}"]


def _is_letter(message: Message) -> bool:
    return message.topic.endswith("-dlt")


def _name_of(message: Message) -> str:
    return "DeadLetter" if _is_letter(message) else dict(message.headers)["ce_type"]


def _speaker_of(message: Message) -> str:
    headers = dict(message.headers)
    if _is_letter(message):
        return headers["kafka_dlt-original-consumer-group"]
    return headers["ce_source"].removeprefix("/platen/")


def _judge(what: str, library: Path, asked: Json) -> Any:
    node, _ = compute_driver_executable()
    answer = subprocess.run(  # noqa: S603 - the program is Playwright's own
        [node, str(JUDGE), what, str(library)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)
