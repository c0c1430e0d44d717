"""`platen templates`: find what is wrong with a template before an order does."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from deploy.cli.render import Artwork
from deploy.contracts.documents import template_schema
from deploy.designing.drawing import Drawn, draw
from deploy.designing.reading import Design, Unfit, read_design
from deploy.designing.samples import longest_answers, unused_fields
from services.printfile.domain.findings import Severity
from services.printfile.renderer.pool import CannotRender, Crashed, Unusable
from shared.logs import set_up_logs
from shared.templates.template import every_layer

app = typer.Typer(no_args_is_help=True)


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Templates, JSON files.", metavar="FILE...")],
    artwork: Artwork = None,
) -> None:
    """Check templates as catalog does, and draw them with answers as long as they allow."""
    set_up_logs("ERROR")
    results = [is_good(file, artwork) for file in files]
    raise typer.Exit(0 if all(results) else 1)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of templates, for an editor that checks while one types."""
    typer.echo(json.dumps(template_schema(), indent=2, ensure_ascii=False))


def is_good(file: Path, artwork: Path | None) -> bool:
    """Check one template and tell what was found; False when something is wrong."""
    try:
        design = read_design(file, artwork)
        drawn = asyncio.run(draw_longest(design))
    except Unfit as reason:
        return tell(file, reason.reasons)
    except (CannotRender, Crashed, Unusable) as reason:
        return tell(file, [str(reason)])
    for name in unused_fields(design.template):
        typer.secho(f"{file}: no layer shows the answer to {name!r}", fg="yellow")
    if not drawn.is_printable:
        return tell(file, longest_does_not_fit(drawn))
    typer.secho(f"{file}: good ({outline_of(design)})", fg="green")
    return True


async def draw_longest(design: Design) -> Drawn:
    """Draw the template with the longest answers that it allows."""
    with TemporaryDirectory(prefix="platen-check-") as name:
        return await draw(design, longest_answers(design.template, Path(name)), Path(name) / "out")


def longest_does_not_fit(drawn: Drawn) -> list[str]:
    """Say what stops an order whose answers are all allowed."""
    return [
        f"with the longest answers it allows, an order would be stopped: {found.message} "
        f"({found.code.value}); allow fewer letters by `max_length`, or smaller ones by `size`"
        for found in drawn.findings
        if found.severity is Severity.BLOCKING
    ]


def outline_of(design: Design) -> str:
    """Say in a few words what the template is."""
    layers = [layer for location in design.template.locations for layer in location.layers]
    parts = {
        "field": len(design.template.fields),
        "print location": len(design.template.locations),
        "layer": len(list(every_layer(tuple(layers)))),
        "artwork": len(design.artwork),
    }
    return ", ".join(f"{count} {what}{'s' if count != 1 else ''}" for what, count in parts.items())


def tell(file: Path, reasons: tuple[str, ...] | list[str]) -> bool:
    """Tell what is wrong, a line each."""
    for reason in reasons:
        typer.secho(f"{file}: {reason}", err=True, fg="red")
    return False
