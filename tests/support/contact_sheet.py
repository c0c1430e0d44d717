"""The contact sheet of the documentation: every golden picture under its name."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from services.printfile.renderer.families import FAMILIES
from tests.support.goldens import DESIGNS, SIZE
from tests.support.picturing import GOLDENS, PAPER

SHEET = Path(__file__).parents[2] / "docs" / "print-contact-sheet.png"
COLUMNS = 4
SHOWN = (300, 100)
GAP, LABEL = 12, 22


def contact_sheet() -> Image.Image:
    """Put the golden pictures side by side, at half their size."""
    rows = -(-len(DESIGNS) // COLUMNS)
    across, down = SHOWN[0] + GAP, SHOWN[1] + GAP + LABEL
    sheet = Image.new("RGB", (GAP + COLUMNS * across, GAP + rows * down), "#e4e7e8")
    pen = ImageDraw.Draw(sheet)
    letters = ImageFont.truetype(FAMILIES["Noto Sans"].upright.path, 13)
    for place, name in enumerate(DESIGNS):
        row, column = divmod(place, COLUMNS)
        left, top = GAP + column * across, GAP + row * down
        golden = Image.open(GOLDENS / f"{name}.png").convert("RGB")
        if golden.size != SIZE:
            raise ValueError(f"the golden picture {name} has {golden.size} pixels")
        sheet.paste(Image.new("RGB", SHOWN, PAPER), (left, top))
        sheet.paste(golden.resize(SHOWN, Image.Resampling.LANCZOS), (left, top))
        pen.text((left + 2, top + SHOWN[1] + 2), name.replace("-", " "), "#3d474b", letters)
    return sheet
