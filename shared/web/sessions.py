"""Sealed words that only we can have written: sign-in links and session cookies."""

import hashlib
import hmac
from datetime import datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import quote, unquote

from pydantic import SecretStr

LINK_KEPT = timedelta(minutes=30)
SESSION_KEPT = timedelta(hours=12)


class Sessions:
    """Seals and opens; keeps nothing, so that every process with the key can do either."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key.get_secret_value().encode()

    def new_link(self, now: datetime) -> str:
        """Give the path that signs in whoever opens it first."""
        return f"/sign-in?token={self._seal('link', token_urlsafe(16), now + LINK_KEPT)}"

    def new_secret(self) -> str:
        """Give a word that nobody can guess."""
        return token_urlsafe(32)

    def open_link(self, token: str, now: datetime) -> str | None:
        """Give the link's own id; None when it is not ours or too old."""
        return self._open("link", token, now)

    def new_cookie(self, user: str, now: datetime) -> str:
        """Give the value of a cookie that says who this is."""
        return self._seal("session", user, now + SESSION_KEPT)

    def open_cookie(self, value: str, now: datetime) -> str | None:
        """Give who this is; None when we did not write it or it has expired."""
        return self._open("session", value, now)

    def _seal(self, purpose: str, subject: str, until: datetime) -> str:
        words = f"{int(until.timestamp())}.{quote(subject, safe='').replace('.', '%2E')}"
        return f"{words}.{self._sign(purpose, words)}"

    def _open(self, purpose: str, sealed: str, now: datetime) -> str | None:
        words, _, signature = sealed.rpartition(".")
        expected = self._sign(purpose, words).encode()
        if not hmac.compare_digest(expected, signature.encode()):
            return None
        until, _, subject = words.partition(".")
        return unquote(subject) if now.timestamp() < int(until) else None

    def _sign(self, purpose: str, words: str) -> str:
        return hmac.new(self._key, f"{purpose}\n{words}".encode(), hashlib.sha256).hexdigest()
