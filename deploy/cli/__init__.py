"""The command `platen`: what an operator types."""

import typer

from deploy.cli import (
    bench,
    dead_letters,
    demo,
    doctor,
    events,
    files,
    held,
    keys,
    migrate,
    orders,
    rebuild,
    render,
    sign_in,
    templates,
    unread,
    up,
)

app = typer.Typer(
    name="platen",
    help="Platen: the print-on-demand order pipeline between a store and the factory.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("sign-in")(sign_in.sign_in)
app.command("doctor")(doctor.doctor)
app.command("migrate")(migrate.migrate)
app.command("rebuild")(rebuild.rebuild_service)
app.command("render")(render.render)
app.add_typer(templates.app, name="templates", help="Check templates before an order does.")
app.add_typer(bench.app, name="bench", help="Measure, with floors and CPU per unit of work.")
app.add_typer(events.app, name="events", help="Read the event stream.")
app.add_typer(orders.app, name="orders", help="List, show and approve orders.")
app.add_typer(keys.app, name="keys", help="Keys that let programs use the approval API.")
app.add_typer(files.app, name="files", help="Delete the print files of an order.")
app.add_typer(dead_letters.app, name="dead-letters", help="Events that could not be applied.")
app.add_typer(held.app, name="held", help="Events that the broker does not take.")
app.add_typer(unread.app, name="unread", help="Where services cannot read on in the stream.")


def main() -> None:
    """Run the command."""
    app()
