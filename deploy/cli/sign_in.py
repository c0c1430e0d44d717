"""`platen sign-in`: a link that opens the order page, once."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import SecretStr

from deploy.cli.reach import DEFAULT_FOLDER, Folder, door_of, key_of
from shared.web import Sessions

PublicUrl = Annotated[
    str | None,
    typer.Option(
        "--url", envvar="PLATEN_PUBLIC_URL", help="Where people reach Platen; else as it last did."
    ),
]


def sign_in(folder: Folder = DEFAULT_FOLDER, url: PublicUrl = None) -> None:
    """Print a link that signs in whoever opens it first, within half an hour."""
    sessions = Sessions(SecretStr(key_of(folder, "approval_session")))
    typer.echo(f"{door_of(folder, url)}{sessions.new_link(datetime.now(UTC))}")
