"""What the golden pictures show: one design for each script and each feature of text and layers.

A design is 600 by 200 pixels. `ink` colours are the same everywhere, so that sheets look calm.
"""

from typing import Any

from tests.support.printing import Layer, photo, shape, text

INK, RUST, SAND, SEA = "#12343b", "#c8553d", "#f4e1c1", "#2b6777"
SIZE = (600, 200)
FIT = {"min": 20, "max": 110}
ROOM = {"x": 30, "y": 20, "width": 540, "height": 160}
ARC = {"centre": {"x": 300, "y": 340}, "radius": 260, "sweep": 100}
CIRCLE = {"centre": {"x": 300, "y": 100}, "radius": 62, "sweep": 360}


def words(said: str, **changes: Any) -> tuple[Layer, ...]:
    """Set words as large as the room allows."""
    asked = {"content": said, "place": ROOM, "size": FIT, "fill": INK}
    return (text(**asked | changes),)


def on_arc(said: str, **changes: Any) -> tuple[Layer, ...]:
    """Set words along an arc that rises in the middle."""
    return words(said, **{"place": ARC, "size": {"min": 20, "max": 84}} | changes)


SCRIPTS: dict[str, tuple[Layer, ...]] = {
    "latin": words("Åsa & Çağla Łuków", font={"family": "Montserrat", "weight": 700}),
    "vietnamese": words("Tiếng Việt Ộ ữ", font={"family": "Montserrat"}),
    "stacked-accents": words("Z\u0301\u0302a\u0308\u0304 q\u0323\u0301 Ǟ"),
    "cyrillic": words("Съешь ещё, Україна", font={"family": "Oswald", "weight": 500}),
    "greek": words("Ἀλφάβητο ΐς Ωμέγα", font={"family": "Playfair Display"}),
    "arabic": words("محمد وفاطمة ١٢٣", font={"family": "Noto Sans", "weight": 600}),
    "hebrew": words("שָׁלוֹם עולם 2026"),
    "mixed-directions": words("Tom & שרה, 12 مرحبا"),
    "devanagari": words("श्रीकृष्ण क्षत्रिय हिन्दी"),
    "thai": words("สวัสดีปีใหม่ น้ำใจ"),
    "chinese": words("永和九年，歲在癸丑", language="zh-Hant"),
    "japanese": words("こんにちは、東京タワー", language="ja"),
    "korean": words("안녕하세요 서울"),
    "indic": words("বাংলা தமிழ் తెలుగు ਪੰਜਾਬੀ"),
    "emoji": words("👍🏽 👩‍👩‍👧 ❤️ 🇩🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿 7️⃣"),
    "one-of-each": words("Aя Ω ب ש अ ก 漢 한 😀", font={"family": "Anton"}),
    "invisible-characters": words("zero\u200bwidth \u202eno turn\u202c \u0007bell"),
}
TEXTS: dict[str, tuple[Layer, ...]] = {
    "arc": on_arc("Round the Mountain", font={"family": "Bebas Neue"}, letter_spacing=0.08),
    "arc-arabic": on_arc("السلام عليكم ورحمة الله"),
    "arc-hebrew": on_arc("שלום לכל העולם"),
    "arc-devanagari": on_arc("नमस्ते दुनिया"),
    "arc-emoji": on_arc("love 💛 you 🚀"),
    "arc-inner": on_arc(
        "hangs below the line",
        place={"centre": {"x": 300, "y": -90}, "radius": 260, "at": 180, "sweep": 100}
        | {"side": "inner"},
    ),
    "circle": words(
        "all the way round * all the way round * ", place=CIRCLE, size={"min": 10, "max": 40}
    ),
    "case-upper": words("straße i ǆ ﬁn", case="upper"),
    "case-lower": words("ÉCOLE İstanbul", case="lower"),
    "case-title": words("jean-luc o'neil's ångström", case="title"),
    "case-turkish": words("izmir ışık", case="upper", language="tr"),
    "letter-spacing": words("wide awake", letter_spacing=0.4, font={"family": "Montserrat"}),
    "tight-letters": words("TIGHT", letter_spacing=-0.1, font={"family": "Anton"}),
    "line-spacing": words("three lines\nfar apart\nfrom here", max_lines=3, line_spacing=1.6),
    "wrapped": words("to the moon and back again, my love", max_lines=3, align="left"),
    "wrapped-arabic": words("إلى القمر والعودة مرة أخرى يا حبيبي", max_lines=2, align="right"),
    "outline": words(
        "Outline",
        font={"family": "Lobster"},
        fill=SAND,
        strokes=[{"width": 10, "paint": INK}, {"width": 22, "paint": RUST}],
    ),
    "shadow-and-gradient": words(
        "Sunset",
        font={"family": "Alfa Slab One"},
        fill={"kind": "linear", "colours": ["#f9c66b", "#f08a4b", RUST]},
        shadow={"dx": 7, "dy": 7, "paint": INK},
    ),
    "turned": words("up hill", rotate=-12, size=80, font={"family": "Permanent Marker"}),
}
LAYERS: dict[str, tuple[Layer, ...]] = {
    "photo-cover": (photo(box={"x": 40, "y": 20, "width": 520, "height": 160}),),
    "photo-contain": (photo(fit="contain", box={"x": 40, "y": 20, "width": 520, "height": 160}),),
    "photo-masks": (
        photo(
            mask="ellipse",
            box={"x": 20, "y": 20, "width": 160, "height": 160},
            border={"width": 8, "paint": RUST},
        ),
        photo(
            id="rounded",
            mask="rounded",
            radius=40,
            box={"x": 220, "y": 20, "width": 160, "height": 160},
            rotate=15,
        ),
        photo(
            id="heart",
            mask="path",
            path="M 500 60 C 480 20 430 30 430 75 C 430 120 480 140 500 175 "
            "C 520 140 570 120 570 75 C 570 30 520 20 500 60 Z",
            box={"x": 420, "y": 20, "width": 160, "height": 160},
        ),
    ),
    "blends": tuple(
        layer
        for place, blend in enumerate(
            ("multiply", "screen", "overlay", "darken", "lighten", "soft_light", "hard_light")
        )
        for layer in (
            shape(
                id=f"below{place}",
                box={"x": 12 + place * 84, "y": 20, "width": 50, "height": 160},
                fill={"kind": "linear", "colours": [SEA, SAND]},
            ),
            shape(
                id=blend,
                blend=blend,
                shape="ellipse",
                box={"x": 24 + place * 84, "y": 60, "width": 60, "height": 80},
                fill=RUST,
            ),
        )
    ),
    "group-that-erases": (
        shape(id="floor", box={"x": 20, "y": 100, "width": 560, "height": 80}, fill=SAND),
        {
            "id": "group",
            "kind": "group",
            "opacity": 0.85,
            "layers": [
                shape(
                    id="card",
                    box={"x": 60, "y": 20, "width": 480, "height": 160},
                    radius=30,
                    fill=SEA,
                ),
                text(
                    id="hole",
                    content="CUT OUT",
                    place=ROOM,
                    size=FIT,
                    font={"family": "Anton"},
                    blend="erase",
                ),
            ],
        },
    ),
    "gradients": (
        shape(
            box={"x": 30, "y": 20, "width": 250, "height": 160},
            fill={"kind": "linear", "angle": 20, "colours": ["#2b6777", "#f9d58b", "#c8553d"]},
        ),
        shape(
            id="radial",
            shape="ellipse",
            box={"x": 320, "y": 20, "width": 250, "height": 160},
            fill={"kind": "radial", "colours": ["#fff3d6", "#f08a4b", "#6d335000"]},
        ),
    ),
}
DESIGNS = SCRIPTS | TEXTS | LAYERS
