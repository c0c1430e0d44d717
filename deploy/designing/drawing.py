"""Drawing a designer's template in a process of its own, exactly as an order's is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import move
from tempfile import TemporaryDirectory

from deploy.designing.reading import Design
from services.printfile.domain.answers import read_answers
from services.printfile.domain.findings import Finding, Severity
from services.printfile.renderer.pool import Pool, Rendered


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was made, and what preflight noticed; no files when the answers cannot be printed."""

    findings: tuple[Finding, ...]
    rendered: Rendered | None = None

    @property
    def is_printable(self) -> bool:
        """Tell whether an order like this goes on; False when a finding stops it."""
        return not any(found.severity is Severity.BLOCKING for found in self.findings)


async def draw(design: Design, properties: Mapping[str, str], output: Path) -> Drawn:
    """Draw the design with a shopper's answers into a folder; photos are named by their paths.

    Raises Unusable for a photo that cannot be printed, and CannotRender or Crashed.
    """
    answers = read_answers(design.template, properties)
    if answers.complaint:
        return Drawn(answers.findings)
    with TemporaryDirectory(prefix="platen-design-") as name:
        scratch = Path(name)
        pool = Pool(scratch / "pool", 1)
        await pool.open()
        try:
            sources, hashes = dict(design.artwork), {}
            for field, path in answers.photos.items():
                copy = await pool.copy_photo(Path(path), scratch / field)
                hashes[field] = copy.sha256
                sources[copy.sha256] = scratch / field
            made = scratch / "made"
            made.mkdir()
            rendered = await pool.render(
                design.template, answers.with_photos(hashes), sources, made
            )
            return Drawn(rendered.findings, brought_out(rendered, output))
        finally:
            await pool.close()


def brought_out(rendered: Rendered, output: Path) -> Rendered:
    """Move the files to where the designer wants them, under names that say what they are."""
    output.mkdir(parents=True, exist_ok=True)
    files, previews = [], []
    for file in rendered.files:
        target = output / f"{file.location}{Path(file.path).suffix}"
        move(file.path, target)
        files.append(file.model_copy(update={"path": str(target)}))
    for shown in rendered.previews:
        target = output / f"preview-{shown.width}.webp"
        move(shown.path, target)
        previews.append(shown.model_copy(update={"path": str(target)}))
    return rendered.model_copy(update={"files": tuple(files), "previews": tuple(previews)})
