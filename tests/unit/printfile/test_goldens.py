"""Pictures that a person has looked at once, and that must look the same ever after.

When one is meant to change, look at the picture that the failure names, and put it in the place
of the golden one. `make goldens` makes all that are missing, and the contact sheet.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from services.printfile.domain.findings import Code
from tests.support.contact_sheet import SHEET, contact_sheet
from tests.support.goldens import DESIGNS
from tests.support.picturing import GOLDENS, on_paper, paint

ALIKE = 0.35
"""Mean difference, of 255, that other processors' rounding may make."""
SPOT = 60
FEW = 0.001


def difference(seen: NDArray[np.uint8], golden: NDArray[np.uint8]) -> str:
    """Say how two pictures differ; an empty word when nobody would see it."""
    if seen.shape != golden.shape:
        return f"{seen.shape} instead of {golden.shape}"
    apart = np.abs(seen.astype(np.int16) - golden).max(axis=-1)
    mean, spots = float(apart.mean()), float((apart > SPOT).mean())
    if mean > ALIKE or spots > FEW:
        return f"{mean:.2f} of 255 at the mean, {spots:.2%} of the pixels by far"
    return ""


@pytest.mark.parametrize("name", DESIGNS)
def test_it_looks_as_it_did_when_a_person_looked(name: str, tmp_path: Path) -> None:
    golden = GOLDENS / f"{name}.png"
    made = paint(name, tmp_path)
    seen = on_paper(made)

    assert golden.exists(), f"{golden} is missing: run `make goldens` and look at it"
    different = difference(np.asarray(seen), np.asarray(Image.open(golden).convert("RGB")))
    if different:
        beside = golden.with_suffix(".new.png")
        seen.save(beside)
        pytest.fail(f"{name} looks different ({different}): compare {beside} with {golden}")


@pytest.mark.parametrize("name", DESIGNS)
def test_nothing_is_found_in_what_prints_well(name: str, tmp_path: Path) -> None:
    found = {finding.code for finding in paint(name, tmp_path).findings}

    assert found <= {Code.RESOLUTION_LOW, Code.RESOLUTION_TOO_LOW}


def test_a_difference_is_noticed() -> None:
    golden = np.full((20, 60, 3), 255, np.uint8)
    shifted = golden.copy()
    shifted[5:9, 10:20] = 0

    assert difference(golden, golden) == ""
    assert "of the pixels" in difference(shifted, golden)
    assert "instead of" in difference(golden[:10], golden)


def test_the_contact_sheet_shows_every_golden_picture() -> None:
    shown = np.asarray(Image.open(SHEET).convert("RGB"))

    assert difference(np.asarray(contact_sheet()), shown) == "", "run `make goldens`"
