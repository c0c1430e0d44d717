"""Small templates and pictures for the tests of printing."""

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from services.printfile.domain.answers import Answers, read_answers
from services.printfile.renderer.rendering import Rendered, Renderer
from shared.templates.template import Template

Layer = dict[str, Any]


def shape(**changes: Any) -> Layer:
    """Describe a red rectangle."""
    box = {"x": 20, "y": 30, "width": 100, "height": 60}
    return {"id": "shape", "kind": "shape", "box": box, "fill": "#ff0000"} | changes


def text(**changes: Any) -> Layer:
    """Describe the shopper's name, in black, as large as its box allows."""
    return {
        "id": "text",
        "kind": "text",
        "content": "{name}",
        "place": {"x": 0, "y": 0, "width": 400, "height": 200},
        "font": {"family": "Noto Sans"},
        "size": {"min": 10, "max": 1000},
    } | changes


def photo(**changes: Any) -> Layer:
    """Describe the shopper's photo, covering a box."""
    box = {"x": 50, "y": 50, "width": 200, "height": 100}
    return {"id": "photo", "kind": "photo", "field": "photo", "box": box} | changes


NAME: dict[str, Any] = {"name": "name", "property": "Name"}
PHOTO: dict[str, Any] = {"name": "photo", "property": "Photo", "kind": "photo"}


def template(*layers: Layer, fields: tuple[dict[str, Any], ...] = (), **location: Any) -> Template:
    """Build a template of one location, 400 by 200 pixels unless told otherwise."""
    side = {"id": "front", "width": 400, "height": 200, "layers": list(layers)} | location
    document = {"name": "Test", "fields": fields or (NAME, PHOTO), "locations": [side]}
    return Template.model_validate(document)


def answers(made: Template, photos: dict[str, str] | None = None, **properties: str) -> Answers:
    """Read answers, by property name; photos are named by the hashes of our own copies."""
    return read_answers(made, properties).with_photos(photos or {})


def rendered(
    made: Template,
    folder: Path,
    *,
    said: Answers | None = None,
    sources: dict[str, Path] | None = None,
    renderer: Renderer | None = None,
) -> Rendered:
    """Render without previews."""
    drawing = renderer or Renderer(folder / "scratch")
    spoken = said or read_answers(made, {})
    return drawing.render(made, spoken, sources or {}, folder, with_preview=False)


def pixels_of(made: Rendered) -> NDArray[np.uint8]:
    """Decode the first file with Pillow, which had no part in writing it."""
    return np.asarray(Image.open(made.files[0].printed.path))


def picture(
    width: int = 400, height: int = 300, mode: str = "RGB", form: str = "PNG", **more: Any
) -> bytes:
    """Draw a picture whose colours flow from left to right and from top to bottom."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    flowing = np.stack([across, down, 255 - across], axis=-1).astype(np.uint8)
    return encoded(Image.fromarray(flowing).convert(mode), form, **more)


def encoded(image: Image.Image, form: str, **more: Any) -> bytes:
    """Write a picture in a format of Pillow's."""
    buffer = io.BytesIO()
    image.save(buffer, form, **more)
    return buffer.getvalue()


def kept(content: bytes, folder: Path) -> tuple[str, Path]:
    """Write a picture to a folder under its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / sha256
    path.write_bytes(content)
    return sha256, path
