"""Random templates and answers: every kind of layer, and whatever a keyboard can type."""

from typing import Any

from hypothesis import strategies as st

from shared.templates.fonts import FONTS
from shared.templates.style import Blend

Json = dict[str, Any]
CHOICES = {"Red": "#cc3300", "Blue": "#3366aa80"}
FIELDS = [
    {"name": "name", "property": "Name", "max_length": 500},
    {"name": "motto", "property": "Motto", "max_length": 500, "default": "for ever"},
    {"name": "photo", "property": "Photo", "kind": "photo"},
    {"name": "colour", "property": "Colour", "kind": "choice", "options": CHOICES},
]
HOSTILE = (
    "   ",
    "\u200b\u200d\u2060",
    "a" + "\u0301" * 10_000,
    "\u0301\u0302",
    "👍🏽👩‍👩‍👧🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "W" * 12_000,
    "\u202e\u2067 مرحبا \u2069 12 שלום",
    "\U0010fffd\ue123\ufffe",
    "क्ष्म्य" * 30,
    "{name} %s <b>&amp; \\ \x00\x1b[0m",
    "line\r\nline\n\nline",
)

numbers = st.floats(-500, 900, allow_nan=False).map(lambda n: round(n, 2))
sizes = st.one_of(st.floats(0.1, 900).map(lambda n: round(n, 2)), st.just(20_000.0))
angles = st.one_of(st.just(0), st.floats(-360, 360).map(lambda n: round(n, 1)))
fractions = st.one_of(st.sampled_from([0, 0.5, 1]), st.floats(0, 1))
colours = st.one_of(
    st.from_regex(r"#[0-9a-f]{6}([0-9a-f]{2})?", fullmatch=True),
    st.sampled_from(["#00000000", "#ffffff"]),
)
boxes = st.fixed_dictionaries({"x": numbers, "y": numbers, "width": sizes, "height": sizes})
gradients = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["linear", "radial"]),
        "angle": angles,
        "colours": st.lists(colours, min_size=2, max_size=5),
    }
)
paints = st.one_of(colours, gradients, st.just({"field": "colour"}))
strokes = st.lists(
    st.fixed_dictionaries({"width": st.floats(0.1, 60), "paint": paints}), max_size=3
)
conditions = st.sampled_from(
    [
        None,
        {"field": "name", "given": True},
        {"field": "photo", "given": False},
        {"field": "colour", "any_of": ["Red"]},
    ]
)
places = st.one_of(
    boxes,
    st.fixed_dictionaries(
        {
            "centre": st.fixed_dictionaries({"x": numbers, "y": numbers}),
            "radius": st.floats(0.5, 900),
            "at": angles,
            "sweep": st.one_of(st.just(360), st.floats(0.5, 360)),
            "side": st.sampled_from(["outer", "inner"]),
        }
    ),
)
HEART = "M 50 60 C 20 20 30 30 30 75 S 90 140 50 175 Q 120 120 70 75 A 20 30 0 1 0 50 60 Z"
common: dict[str, st.SearchStrategy[Any]] = {
    "opacity": fractions,
    "blend": st.sampled_from([blend.value for blend in Blend]),
    "show": conditions,
}
plain: dict[str, st.SearchStrategy[Any]] = {
    "opacity": st.just(1),
    "blend": st.just("normal"),
    "show": st.none(),
}


def layers_of(artwork: str) -> st.SearchStrategy[list[Json]]:
    """Give layers of all kinds, groups among them; each has a name of its own."""
    leaves = st.one_of(
        kinds("image", asset=st.just(artwork), box=boxes, rotate=angles)
        | kinds("shape", box=boxes, shape=st.sampled_from(["rectangle", "ellipse"]))
        | kinds("shape", box=boxes, shape=st.just("path"), path=st.just(HEART)),
        kinds(
            "text",
            content=st.sampled_from(["{name}", "{motto}", "{name} & {motto}", "Hello"]),
            place=places,
            font=st.fixed_dictionaries(
                {"family": st.sampled_from(FONTS), "weight": st.integers(100, 900)}
            ),
            size=st.one_of(st.floats(1, 300), st.just({"min": 4, "max": 400})),
            case=st.sampled_from(["as_typed", "upper", "lower", "title"]),
            letter_spacing=st.floats(-0.3, 3),
            fill=paints,
            strokes=strokes,
            rotate=angles,
        ),
        kinds(
            "photo",
            field=st.just("photo"),
            box=boxes,
            fit=st.sampled_from(["cover", "contain"]),
            mask=st.sampled_from(["none", "ellipse", "rounded"]),
            radius=st.floats(0, 500),
            placeholder=st.one_of(st.none(), paints),
            rotate=angles,
        ),
    )
    trees = st.recursive(
        leaves,
        lambda inner: kinds(
            "group", layers=st.lists(inner, min_size=1, max_size=3), clip=st.none() | boxes
        ),
        max_leaves=4,
    )
    return st.lists(trees, min_size=1, max_size=4).map(named)


def kinds(kind: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Describe layers of a kind, half of them without any mixing."""
    if kind == "shape":
        parts |= {"fill": paints, "strokes": strokes, "rotate": angles}
    mixed, alone = (
        st.fixed_dictionaries({"kind": st.just(kind), **parts, **each}) for each in (common, plain)
    )
    return mixed | alone


def named(layers: list[Json], prefix: str = "l") -> list[Json]:
    """Give every layer a name that no other has."""
    done = []
    for place, layer in enumerate(layers):
        name = f"{prefix}{place}"
        inner = {"layers": named(layer["layers"], f"{name}.")} if "layers" in layer else {}
        done.append(layer | {"id": name} | inner)
    return done


def documents(artwork: str) -> st.SearchStrategy[Json]:
    """Give template documents that the model accepts, with a small print and a scene."""
    location = st.fixed_dictionaries(
        {
            "id": st.just("front"),
            "width": st.integers(1, 400),
            "height": st.integers(1, 400),
            "dpi": st.integers(72, 1200),
            "format": st.sampled_from(["png", "png", "png", "pdf", "svg"]),
            "bytes_max": st.sampled_from([1_000, 20_000_000]),
            "layers": layers_of(artwork),
        }
    )
    folds = st.one_of(st.none(), st.just({"asset": artwork, "strength": 30}))
    scene = st.fixed_dictionaries(
        {
            "width": st.integers(100, 300),
            "height": st.integers(100, 300),
            "under": layers_of(artwork),
            "placements": st.fixed_dictionaries(
                {"location": st.just("front"), "rotate": angles, "folds": folds}
                | {"box": st.just({"x": 10, "y": 10, "width": 80, "height": 70})}
            ).map(lambda placed: [placed]),
        }
    )
    return st.fixed_dictionaries(
        {
            "name": st.just("Any"),
            "fields": st.just(FIELDS),
            "locations": location.map(lambda side: [side]),
            "preview": st.one_of(st.none(), scene),
        }
    )


said = st.fixed_dictionaries(
    {},
    optional={
        "Name": st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE)),
        "Motto": st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE)),
        "Colour": st.sampled_from(["Red", "Blue", "Mauve"]),
    },
)
