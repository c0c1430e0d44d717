"""`platen events`: the stream, as it comes or for one order."""

from contextlib import suppress
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from deploy.cli.reach import DEFAULT_FOLDER, Folder, fail, reach
from deploy.events_as_lines import line_of
from deploy.stream import replay, tail
from shared.events import OrderReceived

PERSONAL: Any = {
    "shopper": True,
    "shipping_address": True,
    "items": {"__all__": {"properties"}},
}
"""What an event says of the shopper; no operator needs it on a screen."""

app = typer.Typer(no_args_is_help=True)


@app.command("tail")
def tail_events(
    folder: Folder = DEFAULT_FOLDER,
    *,
    from_start: Annotated[bool, typer.Option(help="Begin with the oldest event kept.")] = False,
) -> None:
    """Print every order event as it comes; end with Ctrl-C."""
    reached = reach(folder)
    with suppress(KeyboardInterrupt):
        reached.run(_tail(reached.stack.kafka_servers, from_start=from_start))


async def _tail(servers: str, *, from_start: bool) -> None:
    console = Console()
    numbers: dict[str, str] = {}
    async for record, event in tail(servers, from_start=from_start):
        if event is None:
            place = f"partition {record.partition}, offset {record.offset}"
            console.print(Text(f"a record that cannot be read, at {place}", style="red"))
            continue
        if isinstance(event, OrderReceived):
            numbers[event.key] = event.order_number
        console.print(line_of(event, numbers.get(event.key, event.key[:8])))


@app.command("show")
def show(
    order: Annotated[str, typer.Argument(help="The order's number (#1001) or id.")],
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Print the life of one order as JSON lines, without what identifies the shopper."""
    reached = reach(folder)
    if not reached.run(_show(reached.stack.kafka_servers, order)):
        fail(
            f"The stream holds no event of the order {order}. It keeps a week; "
            f"`platen orders show '{order}'` tells what is known of older ones."
        )


async def _show(servers: str, order: str) -> int:
    events = [event async for _, event in replay(servers)]
    wanted = {
        event.key
        for event in events
        if event.key == order
        or (
            isinstance(event, OrderReceived) and event.order_number.lstrip("#") == order.lstrip("#")
        )
    }
    life = sorted((event for event in events if event.key in wanted), key=lambda e: e.occurred_at)
    for event in life:
        body = event.model_dump_json(exclude=PERSONAL)
        typer.echo(f'{{"type": "{type(event).__name__}", "event": {body}}}')
    return len(life)
