"""What an app of the sandbox remembers: JSON documents and numbers, in one SQLite file.

A change is in the operating system's hands before anyone is told of it, so that a killed process
that starts again knows everything it has ever answered.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    about TEXT NOT NULL,
    updated REAL NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX IF NOT EXISTS document_about ON document (kind, about);
CREATE INDEX IF NOT EXISTS document_updated ON document (kind, updated, position);
CREATE TABLE IF NOT EXISTS timer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    due REAL NOT NULL,
    action TEXT NOT NULL,
    argument TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS number (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


class Records:
    """One app's memory; used by one event loop, so a transaction never spans an await."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self._folder = folder
        self._name = name
        self._depth = 0
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the file, which is made where it is missing."""
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._name}.sqlite3" if self._folder else ":memory:"
        self._connection = sqlite3.connect(path, isolation_level=None)
        # A killed process loses nothing without fsync; only a power cut would.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + SCHEMA)

    def close(self) -> None:
        """Close the file; what was written stays."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
        """Run one statement."""
        if self._connection is None:
            raise RuntimeError("the records are not open: run the app with its lifespan")
        return self._connection.execute(statement, arguments)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside count together or not at all; may be nested."""
        if self._depth == 0:
            self.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self.execute("COMMIT")

    def put(self, kind: str, key: str, body: Document, *, about: str = "") -> None:
        """Keep a document, in the place of an older one of the same key."""
        self.execute(
            """
            INSERT INTO document (kind, key, about, updated, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (kind, key) DO UPDATE SET updated = excluded.updated, body = excluded.body
            """,
            kind,
            key,
            about,
            time.time(),
            json.dumps(body),
        )

    def get(self, kind: str, key: str) -> Document | None:
        """Give a document by its key."""
        row = self.execute(
            "SELECT body FROM document WHERE kind = ? AND key = ?", kind, key
        ).fetchone()
        return json.loads(row[0]) if row else None

    def delete(self, kind: str, key: str) -> None:
        """Forget a document."""
        self.execute("DELETE FROM document WHERE kind = ? AND key = ?", kind, key)

    def all(self, kind: str) -> list[Document]:
        """Give every document of a kind, oldest first."""
        rows = self.execute("SELECT body FROM document WHERE kind = ? ORDER BY position", kind)
        return [json.loads(body) for (body,) in rows]

    def about(self, kind: str, about: str) -> list[Document]:
        """Give the documents of a kind about one thing, oldest first."""
        rows = self.execute(
            "SELECT body FROM document WHERE kind = ? AND about = ? ORDER BY position", kind, about
        )
        return [json.loads(body) for (body,) in rows]

    def page(self, kind: str, *, after: int, limit: int) -> list[tuple[int, Document]]:
        """Give documents of a kind with their places, from after a place on."""
        rows = self.execute(
            """
            SELECT position, body FROM document WHERE kind = ? AND position > ?
            ORDER BY position LIMIT ?
            """,
            kind,
            after,
            limit,
        )
        return [(position, json.loads(body)) for position, body in rows]

    def next_number(self, name: str, *, first: int = 1) -> int:
        """Count up, never giving a number twice."""
        row = self.execute(
            """
            INSERT INTO number (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value
            """,
            name,
            first,
        ).fetchone()
        return int(row[0])
