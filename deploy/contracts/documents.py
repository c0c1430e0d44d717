"""Every written contract as a text, by the path that it is checked in under."""

import json
from pathlib import Path
from typing import Any

from deploy.contracts.apps import build_all
from deploy.contracts.asyncapi import describe_stream
from deploy.contracts.openapi import describe_http
from shared.events import EVENTS
from shared.templates.template import Template

ROOT = Path(__file__).parents[2]
SCHEMAS = Path("tests/contract/events/schemas")


def all_documents() -> dict[Path, str]:
    """Write every contract."""
    apps = build_all()
    return (
        {SCHEMAS / f"{name}.json": as_text(event_schema(name)) for name in sorted(EVENTS)}
        | {Path("docs/template.schema.json"): as_text(template_schema())}
        | {Path("docs/asyncapi.json"): as_text(describe_stream(apps))}
        | {Path(f"docs/openapi/{app.name}.json"): as_text(describe_http(app)) for app in apps}
    )


def template_schema() -> dict[str, Any]:
    """Give the JSON Schema of template documents; whether fields exist is beyond it."""
    schema = Template.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def event_schema(name: str) -> dict[str, Any]:
    """Give the JSON Schema that readers of an event agreed on."""
    schema = EVENTS[name].model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def as_text(document: dict[str, Any]) -> str:
    """Write a document so that a change of one thing is a change of one line."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
