"""URLs of stored files that nobody can guess and that stop working after a while."""

import hashlib
import hmac
from datetime import datetime, timedelta
from urllib.parse import quote

KEPT = timedelta(days=7)
"""Long enough for a provider that downloads in its own time."""

PAYLOADS = "/v1/deliveries/payloads/"
"""Where ingest hands out payloads that could not be read, at the door that approval is at too."""


class FileUrls:
    """Makes and checks URLs of files; whoever holds the key can hand them out."""

    def __init__(self, base_url: str, signing_key: str, *, path: str = "/files/") -> None:
        self._prefix = f"{base_url.rstrip('/')}{path}"
        self._key = signing_key.encode()

    def url_of(self, key: str, now: datetime, *, kept: timedelta = KEPT) -> str:
        """Give a URL of the file that is good until `kept` from now.

        The end is rounded up to the hour, so that a browser sees one URL again and can cache it.
        """
        hour = 3600
        expires = (int((now + kept).timestamp()) // hour + 1) * hour
        return f"{self._prefix}{quote(key)}?expires={expires}&signature={self._sign(key, expires)}"

    def is_good(self, key: str, expires: int, signature: str, now: datetime) -> bool:
        """Tell whether the URL was made with our key and has not expired; in constant time."""
        expected = self._sign(key, expires).encode()
        return hmac.compare_digest(expected, signature.encode()) and now.timestamp() < expires

    def _sign(self, key: str, expires: int) -> str:
        message = f"{expires}\n{key}".encode()
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()
