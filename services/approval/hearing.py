"""Whether the news of all services arrive here: of what does not, no page can tell."""

from shared.broker import NOT_YET
from shared.listening import stream_state
from shared.service import Service

REMEDIES = (
    ("there is no topic", "Whoever runs Platen makes it with `platen migrate`"),
    (
        "CorruptBatch",
        "A batch is damaged on the broker's disk: the page of failures says which, and skips it",
    ),
    ("cannot be read", "Kafka refuses the reader: whoever runs Platen has to mend its rights"),
    (
        "cannot be applied",
        "Whoever runs Platen runs `platen migrate`; the log says what is missing",
    ),
)
"""What states contain, and what to do."""


def find_deafness(service: Service) -> str:
    """Give why news do not arrive and what to do; empty while they do, or will in a moment."""
    state = stream_state(service)
    if state in {"ok", NOT_YET}:
        return ""
    remedy = next((words for part, words in REMEDIES if part in state), "")
    return " ".join(f"{part}." for part in (state, remedy) if part)
