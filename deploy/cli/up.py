"""`platen up`: the system for a real store and the real factory, on one machine."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.cli.reach import DEFAULT_FOLDER, Folder
from deploy.cli.waiting import run_in_terminal
from deploy.embedded import embedded_stack
from deploy.house import Installation, Outside
from deploy.keys import keys_of
from deploy.serving import listen, url_of
from deploy.system import running_system
from shared.cores import for_servers, keep_to_one
from shared.ending import Ending
from shared.logs import set_up_logs
from shared.settings import Secret
from shared.web import Sessions


class OutsideSettings(BaseSettings):
    """The store and the factory, from the environment, prefix `PLATEN_`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="PLATEN_")

    public_url: str
    """The https address under which the store and the factory reach this door."""

    shop: str
    shopify_token: Secret
    shopify_webhook_secret: Secret
    completeful_url: str = "https://vxapi.completeful.com/v1"
    completeful_shop_id: str
    completeful_key: Secret
    completeful_webhook_secret: Secret

    def as_outside(self) -> Outside:
        """Give what the services are told."""
        return Outside(
            shop=self.shop,
            shopify_url=f"https://{self.shop}",
            shopify_token=self.shopify_token.get_secret_value(),
            shopify_webhook_secret=self.shopify_webhook_secret.get_secret_value(),
            completeful_url=self.completeful_url,
            completeful_shop_id=self.completeful_shop_id,
            completeful_key=self.completeful_key.get_secret_value(),
            completeful_webhook_secret=self.completeful_webhook_secret.get_secret_value(),
        )


def up(
    folder: Folder = DEFAULT_FOLDER,
    *,
    port: Annotated[int, typer.Option(help="Where the door listens, on loopback.")] = 8000,
) -> None:
    """Run Kafka, PostgreSQL and the six services until Ctrl-C; the data is kept in the folder.

    Put a proxy with TLS in front: the store and the factory come in by PLATEN_PUBLIC_URL.
    """
    set_up_logs()
    try:
        settings = OutsideSettings()
    except ValidationError as error:
        for problem in error.errors():
            name = f"PLATEN_{'_'.join(map(str, problem['loc'])).upper()}"
            typer.secho(f"{name}: {problem['msg'].lower()}", err=True, fg="red")
        typer.echo("Set these, or try everything with a sandbox: `platen demo`.", err=True)
        raise typer.Exit(2) from error
    raise typer.Exit(run_in_terminal(partial(run_system, folder, port, settings)))


async def run_system(folder: Path, port: int, settings: OutsideSettings, ending: Ending) -> bool:
    """Run until cancelled."""
    keys, door = keys_of(folder), listen(port)
    async with AsyncExitStack() as machine:
        with for_servers():
            running = embedded_stack(folder, ending, lasting=True)
            stack = await machine.enter_async_context(running)
        keep_to_one()
        home = Installation(stack, keys, folder, settings.public_url)
        async with running_system(home, settings.as_outside(), door, ending):
            link = Sessions(home.session_key).new_link(datetime.now(UTC))
            typer.echo(f"The orders: {url_of(door)}{link}  (the link works once)")
            await asyncio.Event().wait()
    return True
