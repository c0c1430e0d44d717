"""`platen sign-in`: a link that opens the order page, once."""

from datetime import UTC, datetime

import typer
from pydantic import SecretStr

from deploy.cli.reach import DEFAULT_FOLDER, Folder, Url, door_of
from deploy.keys import keys_of
from shared.web import Sessions


def sign_in(folder: Folder = DEFAULT_FOLDER, url: Url = None) -> None:
    """Print a link that signs in whoever opens it first, within half an hour."""
    sessions = Sessions(SecretStr(keys_of(folder)["approval_session"]))
    typer.echo(f"{door_of(folder, url)}{sessions.new_link(datetime.now(UTC))}")
