"""URLs of files: whoever has one may look for a while, and nobody can make one up."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from shared.signed_urls import KEPT, FileUrls

URLS = FileUrls("https://files.test/", "key")
KEY = f"prints/{'a' * 64}.png"
NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def parts(url: str) -> tuple[str, int, str]:
    """Take a URL apart as the server does."""
    split = urlsplit(url)
    query = parse_qs(split.query)
    key = unquote(split.path).removeprefix("/files/")
    return key, int(query["expires"][0]), query["signature"][0]


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_url_of_any_key_is_good_now(key: str) -> None:
    found, expires, signature = parts(URLS.url_of(key, NOW))

    assert found == key
    assert URLS.is_good(key, expires, signature, NOW)


def test_a_url_stays_good_as_long_as_promised() -> None:
    _, expires, signature = parts(URLS.url_of(KEY, NOW))

    assert URLS.is_good(KEY, expires, signature, NOW + KEPT)


def test_a_url_ends_within_an_hour_after_that() -> None:
    _, expires, signature = parts(URLS.url_of(KEY, NOW))

    assert not URLS.is_good(KEY, expires, signature, NOW + KEPT + timedelta(hours=1, seconds=1))


def test_within_an_hour_one_file_has_one_url() -> None:
    assert URLS.url_of(KEY, NOW) == URLS.url_of(KEY, NOW + timedelta(minutes=59))


def test_a_longer_life_cannot_be_written_in() -> None:
    _, expires, signature = parts(URLS.url_of(KEY, NOW))

    assert not URLS.is_good(KEY, expires + 1, signature, NOW)


def test_a_signature_is_good_for_its_own_file_only() -> None:
    _, expires, signature = parts(URLS.url_of(KEY, NOW))

    assert not URLS.is_good(KEY.replace("a", "b"), expires, signature, NOW)


def test_another_installations_signature_is_worth_nothing() -> None:
    _, expires, signature = parts(FileUrls("https://files.test", "other").url_of(KEY, NOW))

    assert not URLS.is_good(KEY, expires, signature, NOW)


@given(st.text())
def test_a_made_up_signature_is_never_good(signature: str) -> None:
    _, expires, _ = parts(URLS.url_of(KEY, NOW))

    assert not URLS.is_good(KEY, expires, signature, NOW)
