"""The picture that rendering is measured with: artwork, a photo, a line of text and an arc."""

import hashlib
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from services.printfile.domain.answers import Answers, read_answers
from services.printfile.renderer.intake import make_own_copy
from shared.templates.template import Template

SIDES = (4500, 5400)
FIELDS = (
    {"name": "name", "property": "Name"},
    {"name": "motto", "property": "Motto"},
    {"name": "photo", "property": "Photo", "kind": "photo"},
)
NAMES = ("Ada", "Grace", "Katherine", "Radia", "Barbara", "Frances")


@dataclass(frozen=True, slots=True)
class Task:
    """A template, and where its artwork and the shopper's photo lie, by hash."""

    template: Template
    photo: str
    sources: dict[str, Path]
    sent: Path

    def answers(self, name: str) -> Answers:
        """Say what a shopper of that name wants."""
        said = read_answers(self.template, {"Name": name, "Motto": "Adventure awaits"})
        return said.with_photos({"photo": self.photo} if self.photo else {})

    @property
    def without_photo(self) -> "Task":
        """Give the same for shoppers who sent no photo."""
        return replace(self, photo="")


def make_task(folder: Path) -> Task:
    """Draw the artwork and the photo, both as noisy as what shoppers send."""
    chance = np.random.default_rng(7)
    art = _flowing(3000, 3000, chance)
    shade = np.clip(np.hypot(*np.mgrid[-1.5:1.5:3000j, -1.5:1.5:3000j]), 0, 1)
    alpha = (255 * (1 - shade) ** 0.5).astype(np.uint8)
    artwork = _kept(_encoded(Image.fromarray(np.dstack([art, alpha])), "PNG"), folder)
    sent = _encoded(Image.fromarray(_flowing(4000, 3000, chance)), "JPEG")
    (folder / "sent.jpg").write_bytes(sent)
    photo = _kept(make_own_copy(sent).content, folder)
    sources = {artwork: folder / artwork, photo: folder / photo}
    return Task(_template(artwork), photo, sources, folder / "sent.jpg")


def _template(artwork: str) -> Template:
    font = {"family": "Anton"}
    layers = [
        {
            "id": "photo",
            "kind": "photo",
            "field": "photo",
            "box": {"x": 450, "y": 1500, "width": 3600, "height": 2500},
        },
        {
            "id": "art",
            "kind": "image",
            "asset": artwork,
            "box": {"x": 750, "y": 200, "width": 3000, "height": 3000},
        },
        {
            "id": "name",
            "kind": "text",
            "content": "{name}",
            "font": font,
            "size": {"min": 80, "max": 420},
            "place": {"x": 300, "y": 4700, "width": 3900, "height": 500},
            "fill": "#12343b",
        },
        {
            "id": "motto",
            "kind": "text",
            "content": "{motto}",
            "font": font,
            "size": {"min": 80, "max": 300},
            "place": {"centre": {"x": 2250, "y": 6000}, "radius": 1800, "sweep": 80},
            "fill": "#c8553d",
        },
    ]
    width, height = SIDES
    location = {"id": "front", "width": width, "height": height, "layers": layers}
    document = {"name": "Measured", "fields": FIELDS, "locations": [location]}
    return Template.model_validate(document)


def _flowing(width: int, height: int, chance: np.random.Generator) -> np.ndarray:
    across, down = np.meshgrid(np.linspace(0, 4, width), np.linspace(0, 3, height))
    waves = [128 + 90 * np.sin(across * (2 + n) + down * (3 - n)) for n in range(3)]
    noise = chance.normal(0, 6, (height, width, 3))
    return np.clip(np.dstack(waves) + noise, 0, 255).astype(np.uint8)


def _encoded(image: Image.Image, form: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, quality=88, compress_level=1)
    return buffer.getvalue()


def _kept(content: bytes, folder: Path) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    (folder / sha256).write_bytes(content)
    return sha256
