"""The typefaces that exist, all from locked packages: none is taken from the machine."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

NOTO = "manimgx_fonts"
CJK = "manimgx_fonts_cjk"
OURS = "services.printfile.renderer"


@dataclass(frozen=True, slots=True)
class FontFile:
    """Where the letters of a family are; `index` picks one of a collection."""

    package: str
    file: str
    index: int = 0
    colour: bool = False

    @property
    def path(self) -> Path:
        """Find the file in the installed package."""
        return _folder_of(self.package) / self.file


@dataclass(frozen=True, slots=True)
class Family:
    """A family as templates name it.

    `heft` is the weight that fallback letters need to look as heavy as a family which has only
    one weight of its own.
    """

    upright: FontFile
    italic: FontFile | None = None
    heft: int | None = None


def _packaged(name: str, file: str, **more: int) -> Family:
    return Family(FontFile(f"fontpkg_{name}", f"files/{file}"), None, more.get("heft"))


FAMILIES = {
    "Noto Sans": Family(
        FontFile(NOTO, "NotoSans[wght].ttf"), FontFile(NOTO, "NotoSans-Italic[wght].ttf")
    ),
    "Montserrat": Family(
        FontFile("fontpkg_montserrat", "files/Montserrat[wght].ttf"),
        FontFile("fontpkg_montserrat", "files/Montserrat-Italic[wght].ttf"),
    ),
    "Playfair Display": Family(
        FontFile("fontpkg_playfair_display", "files/PlayfairDisplay[wght].ttf"),
        FontFile("fontpkg_playfair_display", "files/PlayfairDisplay-Italic[wght].ttf"),
    ),
    "Oswald": _packaged("oswald", "Oswald[wght].ttf"),
    "Caveat": _packaged("caveat", "Caveat[wght].ttf"),
    "Fredoka": _packaged("fredoka", "Fredoka[wdth,wght].ttf"),
    "Anton": _packaged("anton", "Anton-Regular.ttf", heft=700),
    "Bebas Neue": _packaged("bebas_neue", "BebasNeue-Regular.ttf", heft=700),
    "Alfa Slab One": _packaged("alfa_slab_one", "AlfaSlabOne-Regular.ttf", heft=700),
    "Righteous": _packaged("righteous", "Righteous-Regular.ttf", heft=700),
    "Permanent Marker": _packaged("permanent_marker", "PermanentMarker-Regular.ttf", heft=700),
    "Pacifico": _packaged("pacifico", "Pacifico-Regular.ttf", heft=600),
    "Lobster": _packaged("lobster", "Lobster-Regular.ttf", heft=600),
    "Great Vibes": _packaged("great_vibes", "GreatVibes-Regular.ttf"),
}
"""Every family a template may name."""

EMOJI = FontFile(OURS, "fonts/Twemoji.ttf", colour=True)
EMOJI_OUTLINED = FontFile(NOTO, "NotoEmoji[wght].ttf")
_SCRIPTS = (
    "Arabic Hebrew Devanagari Thai Bengali Tamil Telugu Gujarati Gurmukhi Kannada Malayalam "
    "Sinhala Oriya Khmer Lao Myanmar Armenian Georgian Ethiopic Symbols"
)
SCRIPTS = tuple(FontFile(NOTO, f"NotoSans{script}[wght].ttf") for script in _SCRIPTS.split())
_HAN_INDEX = {"ja": 0, "ko": 1, "zh": 2, "zh-Hant": 3, "zh-TW": 3, "zh-HK": 4}


def han_for(language: str) -> FontFile:
    """Give the Chinese characters as readers of that language write them."""
    return FontFile(CJK, "NotoSansCJK-VF.otf.ttc", index=_HAN_INDEX.get(language, 2))


@cache
def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"the font package {package} is not installed: run `make setup`")
    return Path(spec.origin).parent
