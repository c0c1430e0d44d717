"""AsyncAPI 3.0 of the stream: topics, keys, headers, messages, and who says and hears which."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from deploy.topics import PARTITIONS, all_topics
from shared.events import EVENTS, Event
from shared.service import Service

Json = dict[str, Any]

REF = "#/components/schemas/{model}"
BINDING = "0.5.0"
CHANNELS = {
    "orders.v1": ("orders", "The life of every order, keyed by order id."),
    "catalog.v1": ("catalog", "The newest state of every product, keyed by product id; compacted."),
    "failures.v1": ("failures", "What has no order and a person must act on, keyed by failure."),
}
HEADERS: dict[str, str] = {
    "ce_specversion": "The version of CloudEvents.",
    "ce_id": "The event's id; what carries it twice is one event.",
    "ce_source": "The service that says it, such as `/platen/ingest`.",
    "ce_type": "The event's name; a reader skips by it what it does not hear.",
    "ce_subject": "The order, product or failure that it is about; equals the key.",
    "ce_time": "When it happened, as RFC 3339 writes it.",
    "ce_dataschema": "The JSON Schema of the body.",
    "content-type": "The form of the body.",
    "traceparent": "W3C trace context; the trace is the order's id.",
}
LETTER_HEADERS: dict[str, str] = {
    "kafka_dlt-original-topic": "The topic that the record lay in.",
    "kafka_dlt-original-partition": "Its partition.",
    "kafka_dlt-original-offset": "Its offset.",
    "kafka_dlt-original-consumer-group": "The service that could not apply it.",
    "kafka_dlt-exception-message": "Why it could not.",
}


def describe_stream(apps: Sequence[Service]) -> Json:
    """Describe everything that is on the stream."""
    channels = {name: channel(topic) for topic, (name, _) in CHANNELS.items()}
    letters = {
        f"{CHANNELS[topic][0]}-{app.name}-dlt": letters_of(app, topic)
        for app in apps
        for topic in sorted(app.topics)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Platen",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in Kafka's binary mode: attributes are headers, the "
            "body is JSON. Delivery is at least once; readers ignore unknown fields.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{servers}",
                "protocol": "kafka",
                "variables": {"servers": {"default": "127.0.0.1:9092"}},
            }
        },
        "channels": channels | letters,
        "operations": operations(apps),
        "components": {
            "messages": {name: message(event) for name, event in sorted(EVENTS.items())}
            | {"DeadLetter": dead_letter()},
            "schemas": schemas(),
        },
    }


def channel(topic: str) -> Json:
    """Describe a topic of events."""
    name, meaning = CHANNELS[topic]
    said = sorted(event for event, kind in EVENTS.items() if kind.topic == topic)
    return {
        "address": topic,
        "title": name.capitalize(),
        "description": meaning,
        "messages": {event: {"$ref": f"#/components/messages/{event}"} for event in said},
        "bindings": {"kafka": topic_binding(topic)},
    }


def letters_of(app: Service, topic: str) -> Json:
    """Describe the topic that tells of events which a service could not apply."""
    address = f"{topic}-{app.name}-dlt"
    return {
        "address": address,
        "description": f"Records of {topic} that {app.name} set aside for a person.",
        "messages": {"DeadLetter": {"$ref": "#/components/messages/DeadLetter"}},
        "bindings": {"kafka": topic_binding(address)},
    }


def topic_binding(topic: str) -> Json:
    """Tell how a topic is kept, as it is created."""
    [created] = [each for each in all_topics(PARTITIONS, replicas=1) if each.name == topic]
    config = created.topic_configs
    kept: Json = {"cleanup.policy": [config.get("cleanup.policy", "delete")]}
    if "retention.ms" in config:
        kept["retention.ms"] = int(config["retention.ms"])
    return {
        "topic": topic,
        "partitions": created.num_partitions,
        "topicConfiguration": kept,
        "bindingVersion": BINDING,
    }


def operations(apps: Iterable[Service]) -> Json:
    """Tell what each service says and hears, by topic."""
    described: Json = {}
    for app in apps:
        said = {event.__name__ for event in app.said}
        for verb, action, names in (("Says", "send", said), ("Hears", "receive", app.handlers)):
            for topic, (name, _) in CHANNELS.items():
                events = sorted(event for event in names if EVENTS[event].topic == topic)
                if events:
                    described[f"{app.name}{verb}{name.capitalize()}"] = operation(
                        action, name, events, app.name
                    )
        for topic in sorted(app.topics):
            letters = f"{CHANNELS[topic][0]}-{app.name}-dlt"
            described[f"{app.name}SetsAside{CHANNELS[topic][0].capitalize()}"] = operation(
                "send", letters, ["DeadLetter"], app.name
            )
    return described


def operation(action: str, name: str, messages: Sequence[str], service: str) -> Json:
    """Describe one way in or out of a service."""
    described: Json = {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "tags": [{"name": service}],
        "messages": [{"$ref": f"#/channels/{name}/messages/{each}"} for each in messages],
    }
    if action == "receive":
        group = {"type": "string", "enum": [service]}
        described["bindings"] = {"kafka": {"groupId": group, "bindingVersion": BINDING}}
    return described


def message(event: type[Event]) -> Json:
    """Describe an event as a message."""
    name = event.__name__
    fixed = {
        "ce_specversion": "1.0",
        "ce_type": name,
        "ce_dataschema": f"/platen/schemas/{name}.json",
        "content-type": "application/json",
    }
    return {
        "name": name,
        "title": name,
        "summary": (event.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "headers": headers(HEADERS, fixed),
        "payload": {"$ref": REF.format(model=name)},
        "correlationId": {
            "description": "The order or product whose life it belongs to.",
            "location": "$message.header#/ce_subject",
        },
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": BINDING}},
    }


def dead_letter() -> Json:
    """Describe a record that was set aside: as it lay in its topic, with the reason added."""
    return {
        "name": "DeadLetter",
        "title": "Dead letter",
        "summary": "A record that could not be applied, with its own headers and the reason.",
        "headers": headers(LETTER_HEADERS, {}),
        "payload": {"description": "The record's own body, whatever it was."},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": BINDING}},
    }


def headers(described: dict[str, str], fixed: dict[str, str]) -> Json:
    """Describe headers, all of which are always there; some have one value only."""
    return {
        "type": "object",
        "required": list(described),
        "properties": {
            name: {"type": "string", "description": meaning}
            | ({"const": fixed[name]} if name in fixed else {})
            for name, meaning in described.items()
        },
    }


def schemas() -> Json:
    """Give the JSON Schema of every event and of the values that they are made of."""
    _, described = models_json_schema(
        [(event, "validation") for _, event in sorted(EVENTS.items())], ref_template=REF
    )
    definitions: Json = described["$defs"]
    return definitions
