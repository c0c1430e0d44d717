"""The mug's artwork: two garlands of leaves and berries, above and below."""

import math
import random

import skia

from deploy.seed.brushes import flat, line, painted

WIDTH, HEIGHT = 2700, 1125
LEAVES = ("#3d6b50", "#5b8266", "#8fb996", "#b8cfa0")
BERRIES = ("#e07a5f", "#f2cc8f", "#d1495b")
STEM = "#3d6b50"


def garland() -> bytes:
    """Draw both garlands on a transparent wrap."""

    def draw(canvas: skia.Canvas) -> None:
        chance = random.Random(5)
        for base, side in ((104.0, 1.0), (HEIGHT - 104.0, -1.0)):
            _sprays(canvas, chance, base, side)

    return painted(WIDTH, HEIGHT, draw)


def _sprays(canvas: skia.Canvas, chance: random.Random, base: float, side: float) -> None:
    """Draw one garland; its ends meet at the handle, so the wave closes there."""

    def wave(x: float) -> float:
        return base + side * 26 * math.sin(2 * math.pi * x / 540)

    stem = skia.Path()
    stem.moveTo(0, wave(0))
    for x in range(0, WIDTH + 1, 20):
        stem.lineTo(x, wave(x))
    canvas.drawPath(stem, line(STEM, 7))
    for x in range(20, WIDTH, 44):
        slope = math.degrees(math.atan2(wave(x + 1) - wave(x - 1), 2))
        for up in (-1, 1):
            tilt = slope + up * chance.uniform(38, 62)
            size = chance.uniform(62, 92)
            leaf = _leaf(size, size * chance.uniform(0.34, 0.44))
            canvas.save()
            canvas.translate(x, wave(x))
            canvas.rotate(tilt)
            canvas.drawPath(leaf, flat(chance.choice(LEAVES)))
            canvas.drawLine(8, 0, size * 0.82, 0, line("#ffffff55", 3))
            canvas.restore()
    for x in range(64, WIDTH, 132):
        for _ in range(3):
            across, down = chance.uniform(-34, 34), chance.uniform(-58, 58)
            radius = chance.uniform(10, 18)
            canvas.drawCircle(x + across, wave(x) + down, radius, flat(chance.choice(BERRIES)))
            canvas.drawCircle(
                x + across - radius / 3, wave(x) + down - radius / 3, radius / 4, flat("#ffffffaa")
            )


def _leaf(length: float, width: float) -> skia.Path:
    leaf = skia.Path()
    leaf.moveTo(0, 0)
    leaf.cubicTo(length * 0.25, -width, length * 0.75, -width * 0.9, length, 0)
    leaf.cubicTo(length * 0.75, width * 0.9, length * 0.25, width, 0, 0)
    leaf.close()
    return leaf
