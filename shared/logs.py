"""Logs as JSON lines, with the order, the event and the trace that they belong to."""

import logging
import sys
import time
from collections.abc import Mapping
from types import TracebackType

import structlog
from structlog.typing import ExcInfo, Processor

from shared.cloudevents import trace_id
from shared.error_words import trace_of

REPEATERS = ("aiokafka", "asyncpg")
REPEAT_SECONDS = 10.0


def set_up_logs(level: str = "INFO") -> None:
    """Write every log line of ours and of the libraries as JSON to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(trace_of_info),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processor=structlog.processors.JSONRenderer(),
        )
    )
    handler.addFilter(Repeats())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    if sys.excepthook is sys.__excepthook__:  # a command line shows errors in a way of its own
        sys.excepthook = say_last


def trace_of_info(exc_info: ExcInfo) -> str:
    """Write the traceback of what is being dealt with."""
    return trace_of(exc_info[1])


def say_last(
    _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    """Write what ends the process as the line that it is, with its traceback in it."""
    what = f"{type(error).__name__}: {error}"
    structlog.get_logger().critical("ended_by_error", error=what, exc_info=error)


class Repeats(logging.Filter):
    """Lets a library that cannot reach its server say so now and then, and not at each attempt.

    Thirty lines a second from each process would bury what else there is to read.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said_at: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line may be written."""
        if not record.name.startswith(REPEATERS):
            return True
        place, now = (record.pathname, record.lineno), time.monotonic()
        if now - self._said_at.get(place, -REPEAT_SECONDS) < REPEAT_SECONDS:
            return False
        self._said_at[place] = now
        return True


class About:
    """Binds something to every line that is logged inside."""

    __slots__ = ("_bound", "_tokens")

    def __init__(self, bound: Mapping[str, str]) -> None:
        self._bound = bound

    def __enter__(self) -> None:
        """Bind it."""
        self._tokens = structlog.contextvars.bind_contextvars(**self._bound)

    def __exit__(self, *_error: object) -> None:
        """Bind again what was bound before."""
        structlog.contextvars.reset_contextvars(**self._tokens)


def about(key: str, **more: str) -> About:
    """Bind the order (or product) and its trace to every line that is logged inside."""
    return About({"order_id": key, "trace_id": trace_id(key), **more})
