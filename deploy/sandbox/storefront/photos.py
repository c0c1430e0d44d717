"""The photos that shoppers upload: drawn once a process, then served from memory.

Four are 12 megapixels as a telephone takes them (`portrait` lies on its side and says so in its
EXIF), `small` is too coarse to print, and `broken` is cut off in the middle.
"""

import asyncio
import io
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

Colour = tuple[int, int, int]

SIZE = (4000, 3000)
SKETCH = (1000, 750)
GRAIN = 6
ORIENTATION, MAKE, MODEL, TAKEN = 0x0112, 0x010F, 0x0110, 0x0132
UPRIGHT, ON_ITS_SIDE = 1, 6

SCENES: dict[str, tuple[Colour, Colour, tuple[Colour, ...]]] = {
    "beach": ((86, 160, 222), (250, 226, 190), ((46, 125, 164), (232, 205, 150))),
    "meadow": ((120, 178, 235), (226, 240, 250), ((96, 142, 74), (62, 110, 52), (150, 178, 80))),
    "dusk": ((44, 36, 92), (250, 150, 90), ((70, 52, 92), (38, 30, 58))),
    "portrait": ((180, 205, 225), (245, 235, 220), ((120, 140, 110), (80, 105, 80))),
}


@cache
def photo(name: str) -> bytes:
    """Draw a photo, or raise KeyError when there is none of that name."""
    if name == "broken":
        return photo("beach")[:200_000]
    if name == "small":
        return _jpeg(_scene(*SCENES["meadow"], seed=7).resize((320, 240)), UPRIGHT)
    seed = sorted(SCENES).index(name) if name in SCENES else -1
    scene = _scene(*SCENES[name], seed=seed)
    if name == "portrait":
        lying = scene.resize(SKETCH[::-1]).transpose(Image.Transpose.ROTATE_90)
        return _jpeg(_enlarged(lying, seed), ON_ITS_SIDE)
    return _jpeg(_enlarged(scene, seed), UPRIGHT)


def draw_all() -> None:
    """Draw every photo, so that no shopper waits for one."""
    for name in SCENES:
        photo(name)


async def get_photo(request: Request) -> Response:
    """Serve a photo."""
    name = request.path_params["name"]
    if name not in (*SCENES, "broken", "small"):
        raise HTTPException(404, f"there is no photo {name}.jpg")
    body = await asyncio.to_thread(photo, name)
    return Response(body, media_type="image/jpeg", headers={"Cache-Control": "public"})


def _scene(top: Colour, horizon: Colour, hills: tuple[Colour, ...], *, seed: int) -> Image.Image:
    """Draw a sky with a sun over rows of hills."""
    width, height = SKETCH
    blend = np.linspace(0, 1, height)[:, None, None] ** 0.8
    rows = np.array(top) * (1 - blend) + np.array(horizon) * blend
    picture = Image.fromarray(np.repeat(rows, width, axis=1).astype(np.uint8), "RGB")
    draw = ImageDraw.Draw(picture)
    sun = width * (0.2 + 0.15 * seed), height * 0.25
    draw.circle(sun, 55, fill=(255, 244, 214))
    across = np.linspace(0, 2 * np.pi, 80)
    for row, colour in enumerate(hills):
        base = height * (0.55 + 0.16 * row)
        crest = base - height * 0.05 * (
            np.sin(across * (1.3 + row) + seed) + 0.4 * np.cos(3 * across)
        )
        outline = list(zip(across / (2 * np.pi) * width, crest, strict=True))
        draw.polygon([(0, height), *outline, (width, height)], fill=colour)
    return picture.filter(ImageFilter.GaussianBlur(1.5))


def _enlarged(sketch: Image.Image, seed: int) -> Image.Image:
    """Enlarge a sketch and lay a sensor's grain over it, so that it weighs what a photo weighs.

    The sketch leaves room for the grain, so that its bytes can be added as they are.
    """
    room = np.clip(np.asarray(sketch), GRAIN, 255 - GRAIN)
    photo = np.array(Image.fromarray(room).resize(SIZE, Image.Resampling.BILINEAR))
    width, height = SKETCH
    grain = np.random.default_rng(seed).integers(-GRAIN, GRAIN + 1, (height, width, 1))
    tiles = photo.reshape(SIZE[1] // height, height, SIZE[0] // width, width, 3)
    tiles += grain.astype(np.uint8)[None, :, None]
    return Image.fromarray(photo)


def _jpeg(picture: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE], exif[MODEL], exif[TAKEN] = "Platen", "Sandbox", "2026:10:01 12:00:00"
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()
