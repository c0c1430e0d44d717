"""Whether the news of all services arrive here, and ours there: of what does not, no page tells."""

from shared.broker import NOT_YET
from shared.listening import stream_state
from shared.service import Service

DEAF = "Not all that services say arrives here, and this page may be out of date"
MUTE = "What is decided here does not reach the others, and waits"
REMEDIES = (
    ("there is no topic", "Whoever runs Platen makes it with `platen migrate`"),
    (
        "CorruptBatch",
        "A batch is damaged on the broker's disk: the page of failures says which, and skips it",
    ),
    ("does not answer", "Kafka is away or stands still: all of it goes on once it answers"),
    ("Replicas", "Kafka lacks replicas: whoever runs it has to bring them back"),
    ("published: ClusterAuth", "Kafka refuses the writer: whoever runs Platen mends its rights"),
    ("AuthorizationFailed", "Kafka refuses the reader: whoever runs Platen has to mend its rights"),
    ("cannot be read", "The page of failures says where, and what to do"),
    (
        "cannot be applied",
        "Whoever runs Platen runs `platen migrate`; the log says what is missing",
    ),
)
"""What states contain, and what to do."""


def find_deafness(service: Service) -> str:
    """Say why news do not arrive or go out and what to do; empty while they do, or soon will."""
    reads = stream_state(service)
    said = [told(DEAF, reads)] if reads not in {"ok", NOT_YET} else []
    if service.relay.trouble:
        said.append(told(MUTE, service.relay.trouble))
    return " ".join(said)


def told(what: str, state: str) -> str:
    """Say what is wrong, the state as `ready` gives it, and what to do."""
    remedy = next((words for part, words in REMEDIES if part in state), "")
    return " ".join(f"{part}." for part in (f"{what}: {state}", remedy) if part)
