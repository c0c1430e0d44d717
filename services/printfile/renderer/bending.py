"""Straight outlines bent along a circle, point by point, so that joined letters stay joined."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import ceil, cos, hypot, radians, sin

import skia

from shared.templates.layers import Arc

# A stretch this long, in pixels, is bent as one quadratic curve: the error is under a tenth.
STRETCH = 40.0

Spot = tuple[float, float]
Curve = Callable[[float], Spot]


def bend(straight: skia.Path, arc: Arc) -> skia.Path:
    """Lay a path along an arc: its y = 0 becomes the circle, its x = 0 the middle of the arc."""
    place = _place_on(arc)
    bent = skia.Path()
    for verb, points in straight:
        spots = [(point.x(), point.y()) for point in points]
        if verb == skia.Path.kMove_Verb:
            bent.moveTo(*place(spots[0]))
        elif verb == skia.Path.kClose_Verb:
            bent.close()
        else:
            for control, end in _bend_curve(spots, place):
                bent.quadTo(*control, *end)
    bent.setFillType(straight.getFillType())
    return bent


def _place_on(arc: Arc) -> Callable[[Spot], Spot]:
    middle, radius = radians(arc.at), arc.radius
    turn = 1.0 if arc.side == "outer" else -1.0

    def place(spot: Spot) -> Spot:
        angle = middle + turn * spot[0] / radius
        distance = radius - turn * spot[1]
        return (arc.centre.x + distance * sin(angle), arc.centre.y - distance * cos(angle))

    return place


def _bend_curve(spots: list[Spot], place: Callable[[Spot], Spot]) -> Iterator[tuple[Spot, Spot]]:
    """Replace a curve by quadratic ones that pass through its bent start, middle and end."""
    curve = _curve(spots)
    length = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(spots))
    count = max(ceil(length / STRETCH), len(spots) - 1)
    start = place(spots[0])
    for step in range(count):
        half = place(curve((step + 0.5) / count))
        end = place(curve((step + 1) / count))
        control = (
            2 * half[0] - (start[0] + end[0]) / 2,
            2 * half[1] - (start[1] + end[1]) / 2,
        )
        yield control, end
        start = end


def _curve(spots: list[Spot]) -> Curve:
    """Give the Bézier curve of two, three or four points as a function of its parameter."""

    def at(t: float) -> Spot:
        row = spots
        while len(row) > 1:
            row = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(row)]
        return row[0]

    return at
