"""An outside system over HTTP: what is sent, and what its silence or its answer means for us."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from shared.breaker import HOLD_SECONDS_MAX, Breaker
from shared.connections import Answer, Connections, Unanswered, Unreached

DENIED_SECONDS = 60.0
LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.LOCKED})
DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class Unavailable(Exception):
    """The system did not answer, or not sensibly; asking again later can help.

    `is_ambiguous` says that what was asked for may have happened all the same.
    """

    def __init__(
        self, reason: str, *, retry_after: float | None = None, is_ambiguous: bool = False
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.is_ambiguous = is_ambiguous


class Away(Unavailable):
    """The system is away for whatever it is asked: what was asked is not what is wrong."""


class Refused(Exception):
    """The system answered that it will never do this; the reason says what a person can do.

    `is_conflict` says that it refused because of something that is there already.
    """

    def __init__(self, code: str, reason: str, *, is_conflict: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.is_conflict = is_conflict


def in_log(reason: Unavailable | Refused) -> str:
    """Give what the log tells: the words of a refusal may quote a shopper, its code does not."""
    return reason.code if isinstance(reason, Refused) else str(reason)


class Outside:
    """Asks an outside system, and leaves it alone while its breaker is open."""

    def __init__(self, name: str, connections: Connections, breaker: Breaker) -> None:
        self.name = name
        self.breaker = breaker
        self.outcome: str | None = None
        """Why the system was away at the last request, empty where it answered; None once known."""
        self._connections = connections

    async def ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        is_write: bool = True,
    ) -> Answer:
        """Give the answer, a refusal included; raise Away when there is none to speak of."""
        try:
            try:
                answer = await self._connections.send(method, path, content, headers or {})
            except Unreached as error:
                raise Away(f"{self.name} cannot be reached: {error}") from error
            except Unanswered as error:
                reason = f"{self.name} did not answer: {error}"
                raise Away(reason, is_ambiguous=is_write) from error
            self._check(answer, is_write=is_write)
        except Away as reason:
            self.breaker.failed(reason.retry_after)
            self.outcome = str(reason)
            raise
        self.breaker.succeeded()
        if answer.status != HTTPStatus.NOT_FOUND:  # Whoever has a wrong address is told that too.
            self.outcome = ""
        return answer

    def forget(self, outcome: str | None) -> None:
        """Forget how the last request ended, for that is known; a later one is remembered."""
        if self.outcome == outcome:
            self.outcome = None

    def _check(self, answer: Answer, *, is_write: bool) -> None:
        """Let successes and refusals pass; everything else says nothing of what was asked."""
        if answer.is_success:
            return
        status = answer.status
        wait = retry_after(answer, datetime.now(UTC))
        if status in DENIED:
            reason = f"{self.name} denies us access (HTTP {status}): check the key and its scopes"
            raise Away(reason, retry_after=DENIED_SECONDS)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Away(f"{self.name} asks us to slow down", retry_after=wait or 1.0)
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise Away(f"{self.name} has moved (HTTP {status}): check its address")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in LATER:
            reason = f"{self.name} is in trouble (HTTP {status})"
            raise Away(reason, retry_after=wait or None, is_ambiguous=is_write)


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Read Retry-After, which is a number of seconds or a date; None when it is neither.

    No order waits for longer than a breaker holds, whatever a system in trouble says.
    """
    seconds = read_wait(answer.header("Retry-After"), answer.header("Date"), now)
    return None if seconds is None else min(seconds, HOLD_SECONDS_MAX)


def read_wait(value: str, date: str, now: datetime) -> float | None:
    """Read seconds, or a date; None when it is neither.

    A date is of the clock that has dated the answer (RFC 9110, 6.6.1), which may not be ours.
    """
    if value.strip().isdecimal():
        return float(value)
    moment = read_date(value)
    return None if moment is None else max(0.0, (moment - (read_date(date) or now)).total_seconds())


def read_date(value: str) -> datetime | None:
    """Read a date as HTTP writes it; None when it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
