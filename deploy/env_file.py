"""`make env`: the file that docker compose reads, with secrets made at its first writing."""

import os
import sys
from pathlib import Path
from secrets import token_urlsafe

TEMPLATE = Path(__file__).with_name("env.template")
TO_BE_MADE = "<secret>"


def write_env(file: Path) -> list[str]:
    """Write the file, or add what it lacks; give the names that are new.

    A line that is there is never changed: whoever wrote it meant it. Only the owner may read.
    """
    known = file.read_text() if file.exists() else ""
    added = missing_lines(TEMPLATE.read_text(), known)
    names = [name for name in map(name_of, added) if name]
    if names:
        text = known + ("\n" if known else "") + "\n".join(added) + "\n"
        fresh = file.with_name(file.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(text)
        fresh.replace(file)
    return names


def missing_lines(template: str, known: str) -> list[str]:
    """Give the template's lines, comments too, less those whose names are known."""
    names = {name_of(line) for line in known.splitlines()} - {""}
    lines = [line for line in template.splitlines() if name_of(line) not in names]
    if names:
        lines = [line for line in lines if name_of(line)]
    return [line.replace(TO_BE_MADE, token_urlsafe(32)) for line in lines]


def name_of(line: str) -> str:
    """Give the name that a line sets; nothing for a comment."""
    name, equals, _ = line.partition("=")
    return name.strip() if equals and not name.startswith("#") else ""


def main() -> None:
    """Write `.env` here, and say so."""
    names = write_env(Path(".env"))
    if names:
        sys.stdout.write(f".env: {len(names)} value(s) written; have a look before going live.\n")


if __name__ == "__main__":
    main()
