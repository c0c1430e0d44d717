"""Golden pictures; `python -m tests.support.picturing` makes the missing ones, and the sheet."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageDraw

from services.printfile.renderer.rendering import Rendered
from tests.support.goldens import DESIGNS, SIZE
from tests.support.printing import answers, encoded, kept, rendered, template

GOLDENS = Path(__file__).parents[1] / "unit" / "printfile" / "goldens"
PAPER = "#fdfcf8"


def paint(name: str, folder: Path) -> Rendered:
    """Print a design, with a picture of a balloon where it asks for a photo."""
    sha256, path = kept(balloon(), folder)
    made = template(*DESIGNS[name], width=SIZE[0], height=SIZE[1])
    said = answers(made, {"photo": sha256})
    return rendered(made, folder, said=said, sources={sha256: path})


def on_paper(made: Rendered) -> Image.Image:
    """Lay the print on paper."""
    drawn = Image.open(made.files[0].printed.path)
    paper = Image.new("RGBA", drawn.size, PAPER)
    paper.alpha_composite(drawn)
    return paper.convert("RGB")


def balloon() -> bytes:
    """Draw a photo with an up and a down, a left and a right."""
    down, across = np.mgrid[0:600, 0:900]
    sky = np.stack([120 + down / 6, 170 + down / 9, 230 - across / 30], axis=-1)
    image = Image.fromarray(sky.astype(np.uint8))
    pen = ImageDraw.Draw(image)
    pen.ellipse((500, 60, 760, 340), fill="#c8553d")
    pen.polygon([(520, 270), (740, 270), (660, 400), (600, 400)], fill="#c8553d")
    pen.rectangle((595, 430, 665, 490), fill="#6d3350")
    pen.polygon([(0, 600), (260, 360), (520, 600)], fill="#2b6777")
    return encoded(image, "JPEG", quality=92)


def main() -> None:
    """Make what is missing, and say what is new: somebody must look at it."""
    from tests.support.contact_sheet import SHEET, contact_sheet  # noqa: PLC0415 - it needs this

    GOLDENS.mkdir(exist_ok=True)
    for name in DESIGNS:
        path = GOLDENS / f"{name}.png"
        if not path.exists():
            with TemporaryDirectory() as folder:
                on_paper(paint(name, Path(folder))).save(path, optimize=True)
            sys.stdout.write(f"look at {path}\n")
    contact_sheet().save(SHEET, optimize=True)


if __name__ == "__main__":
    main()
