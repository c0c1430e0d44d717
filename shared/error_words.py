"""What the log tells of an error: its kind and its place, and its words where they quote nobody."""

from traceback import format_tb, walk_tb

from shared.database_errors import LACKING, PASSING

QUOTES_NOBODY = (*PASSING, *LACKING, RuntimeError, AssertionError)
"""Their words are of a state or of our own; any other's may quote a shopper or a secret."""
OURS = ("shared.", "services.")
"""Where an error can be of our own; what a service did tells more than what it stands on."""
THEN = "\n\nThen, because of it or while it was dealt with:\n\n"


def place_of(error: BaseException) -> str:
    """Name the error, and the last place of ours that it came through."""
    modules = [
        (str(frame.f_globals.get("__name__", "")), line)
        for frame, line in walk_tb(error.__traceback__)
    ]
    places = [
        f" in {module}, line {line}"
        for package in OURS
        for module, line in modules
        if module.startswith(package)
    ]
    return type(error).__name__ + (places[-1] if places else "")


def words_of(error: BaseException) -> str:
    """Say what went wrong in one line, without a word of what was worked at."""
    return repr(error) if quotes_nobody(error) else place_of(error)


def quotes_nobody(error: BaseException) -> bool:
    """Tell whether its words may be told; what is wrong with a value quotes it."""
    return isinstance(error, QUOTES_NOBODY) and not isinstance(error, ValueError)


def trace_of(error: BaseException, seen: frozenset[int] = frozenset()) -> str:
    """Write its traceback, and those of what led to it, without words that may quote somebody."""
    seen |= {id(error)}
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    is_new = before is not None and id(before) not in seen
    earlier = [trace_of(before, seen), THEN] if before and is_new else []
    within = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    name = type(error).__name__
    lines = [
        *earlier,
        "Traceback (most recent call last):\n",
        *format_tb(error.__traceback__),
        f"{name}: {error}" if quotes_nobody(error) else name,
        *(f"\n\nOne of them:\n\n{trace_of(each, seen)}" for each in within),
    ]
    return "".join(lines)
