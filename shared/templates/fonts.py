"""The typefaces that a template may name; printfile brings a file for each of them."""

from difflib import get_close_matches

FONTS = (
    "Noto Sans",
    "Montserrat",
    "Playfair Display",
    "Oswald",
    "Caveat",
    "Fredoka",
    "Anton",
    "Bebas Neue",
    "Alfa Slab One",
    "Righteous",
    "Permanent Marker",
    "Pacifico",
    "Lobster",
    "Great Vibes",
)
"""Only ever added to: a template of years ago must still print as it did."""


def known_font(family: str) -> str:
    """Give the family back; raises ValueError with what was probably meant when it is unknown."""
    if family in FONTS:
        return family
    close = get_close_matches(family, FONTS, n=1)
    advice = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(FONTS)}"
    raise ValueError(f"the font {family!r} is unknown; {advice}")
