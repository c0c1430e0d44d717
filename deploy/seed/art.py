"""The seed's artwork, drawn by a script so that no picture has to be kept in the repository."""

import math
import random

import skia

from deploy.seed.brushes import flat, line, outline, painted, pine, ridge, star, wear
from services.printfile.renderer.paints import colour

SIDE = 3000
MIDDLE = SIDE / 2
RING, DISC = 1480, 1120
NIGHT, CREAM, RUST, PLUM, AMBER = "#12343b", "#f8ecd2", "#c8553d", "#6d3350", "#f4a64a"


def badge_back() -> bytes:
    """Draw a round badge: a ring for words around a sky of sunset rays."""

    def draw(canvas: skia.Canvas) -> None:
        chance = random.Random(7)
        _ring(canvas)
        canvas.save()
        canvas.clipPath(_circle(DISC), doAntiAlias=True)
        _sky(canvas)
        canvas.restore()
        canvas.drawPath(_circle(DISC), line(CREAM, 22))
        wear(canvas, chance, SIDE, 2600)

    return painted(SIDE, SIDE, draw)


def badge_front() -> bytes:
    """Draw the mountains and firs that stand before the shopper's photo."""

    def draw(canvas: skia.Canvas) -> None:
        chance = random.Random(11)
        canvas.save()
        canvas.clipPath(_circle(DISC - 11), doAntiAlias=True)
        _mountains(canvas, chance)
        for x, foot, height in _firs(chance):
            canvas.drawPath(pine(x, foot, height), flat(NIGHT))
        canvas.restore()
        wear(canvas, chance, SIDE, 1400)

    return painted(SIDE, SIDE, draw)


def _circle(radius: float) -> skia.Path:
    circle = skia.Path()
    circle.addCircle(MIDDLE, MIDDLE, radius)
    return circle


def _ring(canvas: skia.Canvas) -> None:
    scallops = 60
    for index in range(scallops):
        angle = 2 * math.pi * index / scallops
        x, y = MIDDLE + 1440 * math.sin(angle), MIDDLE - 1440 * math.cos(angle)
        canvas.drawCircle(x, y, 56, flat(NIGHT))
    canvas.drawCircle(MIDDLE, MIDDLE, RING - 30, flat(NIGHT))
    canvas.drawCircle(MIDDLE, MIDDLE, RING - 74, line(CREAM, 14))
    for side in (-1, 1):
        canvas.drawPath(star(MIDDLE + side * 1263, MIDDLE + 40, 92), flat(AMBER))


def _sky(canvas: skia.Canvas) -> None:
    ends = [skia.Point(0, MIDDLE - DISC), skia.Point(0, MIDDLE + DISC * 0.55)]
    shades = [colour(shade) for shade in ("#2b6777", "#7fb0a0", "#f9d58b", "#f08a4b")]
    sky = skia.Paint(AntiAlias=True)
    sky.setShader(skia.GradientShader.MakeLinear(ends, shades, [0.0, 0.38, 0.7, 1.0]))
    canvas.drawPath(_circle(DISC), sky)
    rays, x, y = 32, MIDDLE, MIDDLE + 260
    for index in range(0, rays * 2, 2):
        start, end = (math.pi * turn / rays for turn in (index, index + 1))
        reach = 2 * DISC
        ray = [
            (x, y),
            (x + reach * math.cos(start), y + reach * math.sin(start)),
            (x + reach * math.cos(end), y + reach * math.sin(end)),
        ]
        canvas.drawPath(outline(ray), flat("#fff3d626"))


def _mountains(canvas: skia.Canvas, chance: random.Random) -> None:
    left, right, base = MIDDLE - DISC - 60, MIDDLE + DISC + 60, MIDDLE + DISC + 60
    ranges = [
        (RUST, [(700, 2080), (930, 2250), (1240, 1990), (1560, 2270), (1910, 2040), (2280, 2210)]),
        (PLUM, [(600, 2240), (880, 2120), (1180, 2370), (1500, 2200), (1830, 2390), (2210, 2150)]),
        (NIGHT, [(760, 2440), (1150, 2420), (1520, 2510), (1850, 2430), (2260, 2430)]),
    ]
    for shade, peaks in ranges:
        points = ridge(chance, left, right, base - 300, [(float(x), float(y)) for x, y in peaks])
        canvas.drawPath(outline([*points, (right, base), (left, base)]), flat(shade))
        if shade == RUST:
            for x, y in ((700, 2080), (1240, 1990), (1910, 2040)):
                canvas.drawPath(_snow(x, y), flat(CREAM))


def _snow(x: float, y: float) -> skia.Path:
    drop = [(0, 0), (62, 62), (30, 56), (12, 92), (-18, 50), (-40, 84), (-66, 66)]
    return outline([(x + across, y + down) for across, down in drop])


def _firs(chance: random.Random) -> list[tuple[float, float, float]]:
    firs = []
    for x in range(560, 2460, 74):
        distance = abs(x - MIDDLE) / DISC
        height = 150 + 330 * distance**2 + chance.uniform(-40, 60)
        firs.append((x + chance.uniform(-24, 24), 2600 - 110 * distance, height))
    return firs
