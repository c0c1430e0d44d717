"""`platen render`: print files and previews of a template on the designer's own machine."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from deploy.designing.drawing import Drawn, draw
from deploy.designing.reading import Unfit, read_answers_file, read_design
from services.printfile.domain.findings import Finding, Severity
from services.printfile.renderer.pool import CannotRender, Crashed, Unusable
from shared.logs import set_up_logs

MEGABYTE = 1_000_000
DEFAULT_OUTPUT = Path("out")
Artwork = Annotated[
    Path | None,
    typer.Option(help="Where PNG files lie that the template names by hash; else beside it."),
]


def render(
    template: Annotated[Path, typer.Argument(help="The template, a JSON file.")],
    answers: Annotated[
        Path | None, typer.Option(help='A JSON file such as {"Name": "Ada", "Photo": "ada.jpg"}.')
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder to draw into.")
    ] = DEFAULT_OUTPUT,
    artwork: Artwork = None,
) -> None:
    """Draw what an order with these answers would be printed from.

    Artwork is named in the template by the path of its PNG, seen from the template. Fails when a
    finding would stop the order.
    """
    set_up_logs("ERROR")
    try:
        design = read_design(template, artwork)
    except Unfit as reason:
        give_up(template, reason.reasons)
    try:
        said = read_answers_file(answers, design.template) if answers else {}
    except Unfit as reason:
        give_up(answers or template, reason.reasons)
    try:
        drawn = asyncio.run(draw(design, said, output))
    except (CannotRender, Unusable, Crashed) as reason:
        give_up(template, [str(reason)])
    console = Console(soft_wrap=True)
    show_files(console, drawn)
    show_findings(console, drawn.findings)
    if not drawn.is_printable:
        console.print("An order with these answers would not be printed.", style="bold red")
        raise typer.Exit(1)


def give_up(file: Path, reasons: tuple[str, ...] | list[str]) -> NoReturn:
    """Tell everything that is wrong with a file, a line each, and fail."""
    for reason in reasons:
        typer.secho(f"{file}: {reason}", err=True, fg="red")
    raise typer.Exit(1)


def show_files(console: Console, drawn: Drawn) -> None:
    """List what was drawn."""
    if drawn.rendered is None:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("", "pixels", "DPI", "size", "file"):
        table.add_column(heading, justify="right" if heading in {"DPI", "size"} else "left")
    for file in drawn.rendered.files:
        size = f"{file.size_bytes / MEGABYTE:.1f} MB"
        pixels = f"{file.width} × {file.height}"
        table.add_row(file.location, pixels, str(file.dpi), size, file.path)
    for shown in drawn.rendered.previews:
        table.add_row("preview", f"{shown.width} × {shown.height}", "", "", shown.path)
    console.print(table)


def show_findings(console: Console, findings: tuple[Finding, ...]) -> None:
    """List what preflight noticed, what stops an order first."""
    if not findings:
        console.print("Nothing to complain about.", style="green")
        return
    for found in sorted(findings, key=lambda each: each.severity is Severity.WARNING):
        style = "yellow" if found.severity is Severity.WARNING else "bold red"
        place = " · ".join(part for part in (found.location, found.layer) if part)
        where = f"{place}: " if place else ""
        console.print(f"[{style}]{found.severity.value:8}[/] ", end="")
        console.print(f"{where}{found.message} ({found.code.value})", markup=False, highlight=False)
