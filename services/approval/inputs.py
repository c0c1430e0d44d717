"""What callers may send as text and moments: what Postgres can keep, and answers can repeat."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from services.approval.domain.search import words_in

ID_LENGTH_MAX = 64
BODY_BYTES_MAX = 8 << 20
"""Enough for the ids of as many orders as may be approved at once."""


def plain(text: str) -> str:
    """Refuse what is no text: NUL, and halves of characters that nobody can write down."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("is no valid Unicode") from error
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text


def with_words(text: str) -> str:
    """Refuse a search that is given and says nothing: it would find everything."""
    if text and not words_in(text):
        raise ValueError("holds no words to search for; leave it out to mean every order")
    return text


def in_utc(moment: datetime) -> datetime:
    """Give the moment in UTC; refuse one before the first or after the last year."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies before the year 1 or after the year 9999") from error


Text = Annotated[str, Field(max_length=200), AfterValidator(plain)]
Search = Annotated[Text, AfterValidator(with_words)]
Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]
OrderName = Annotated[str, Field(max_length=ID_LENGTH_MAX), AfterValidator(plain)]
