"""Pictures for previews and print files: a tee with a word, coloured by its name."""

from hashlib import sha256
from io import BytesIO

from fastapi.responses import Response
from PIL import Image, ImageDraw

INKS = ("#f4b942", "#e4572e", "#4fb0ae", "#8ab17d", "#c77dff")
CLOTHS = ("#20302b", "#263a5e", "#5b2333", "#3d3d3d", "#e9e4d8")
TEE = [(70, 60), (130, 40), (170, 62), (210, 40), (270, 60), (320, 130), (270, 160), (258, 130)]


def draw_tee(key: str) -> bytes:
    """Draw what the file of this key might show."""
    number = int(sha256(key.encode()).hexdigest()[:8], 16)
    picture = Image.new("RGB", (340, 400), "#f3f1ec")
    pen = ImageDraw.Draw(picture)
    outline = [*TEE, (258, 370), (82, 370), (82, 130), (70, 160), (20, 130)]
    pen.polygon(outline, fill=CLOTHS[number % 5])
    ink = INKS[number // 5 % 5]
    for ring in range(4):
        pen.ellipse(
            [130 + 10 * ring, 150 + 10 * ring, 210 - 10 * ring, 230 - 10 * ring],
            outline=ink,
            width=4,
        )
    pen.rectangle([120, 250, 220, 258], fill=ink)
    pen.rectangle([140, 266, 200, 272], fill=ink)
    data = BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


async def answer_picture(key: str) -> Response:
    """Answer as the file door would."""
    return Response(draw_tee(key), media_type="image/png")
