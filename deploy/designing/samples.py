"""Answers as long as a template allows them, to see whether they fit."""

from itertools import cycle, islice
from pathlib import Path

import numpy as np
from PIL import Image

from shared.templates.template import Template, TemplateField, every_layer, fields_of

LETTERS = "Maximilian Featherstone "
PHOTO_SIZE = (6000, 4500)


def longest_answers(template: Template, folder: Path) -> dict[str, str]:
    """Answer every field with the longest that is allowed; one with a pattern by its default."""
    answers = {field.property: longest_answer(field, folder) for field in template.fields}
    return {name: answer for name, answer in answers.items() if answer}


def longest_answer(field: TemplateField, folder: Path) -> str:
    """Give an answer to one field; empty when none can be thought of."""
    if field.kind == "photo":
        return str(sample_photo(folder))
    if field.kind == "choice":
        return max(field.options, key=len)
    if field.pattern:
        return field.default or ""
    return "".join(islice(cycle(LETTERS), field.max_length)).strip()


def sample_photo(folder: Path) -> Path:
    """Make a photo of a telephone's size."""
    path = folder / "sample.jpg"
    across, down = np.meshgrid(
        np.linspace(90, 200, PHOTO_SIZE[0]), np.linspace(0, 1, PHOTO_SIZE[1])
    )
    shades = np.stack([across, across * 0.9, 120 + 60 * down], axis=-1).astype(np.uint8)
    Image.fromarray(shades).save(path, quality=80)
    return path


def unused_fields(template: Template) -> list[str]:
    """Name the fields whose answers are shown nowhere."""
    scene = template.preview.under + template.preview.over if template.preview else ()
    layers = [layer for location in template.locations for layer in location.layers]
    used = {name for layer in every_layer((*layers, *scene)) for name in fields_of(layer)}
    return [field.name for field in template.fields if field.name not in used]
