"""Finished strips of print files that last: the next order draws only what is new in it."""

from collections import OrderedDict

from services.printfile.renderer.png import Strip

BYTES_MAX = 96 * 1024 * 1024

Key = tuple[object, ...]


class StripCache:
    """Strips by what is drawn on them; the longest unused go first when there are too many."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._strips: OrderedDict[Key, Strip] = OrderedDict()

    def find(self, key: Key) -> Strip | None:
        """Give the strip, or None when it was never kept or has gone."""
        strip = self._strips.get(key)
        if strip is not None:
            self._strips.move_to_end(key)
        return strip

    def keep(self, key: Key, strip: Strip) -> None:
        """Keep a strip, making room for it."""
        self._strips[key] = strip
        self._bytes += len(strip.chunk)
        while self._bytes > self._bytes_max and len(self._strips) > 1:
            _, gone = self._strips.popitem(last=False)
            self._bytes -= len(gone.chunk)
