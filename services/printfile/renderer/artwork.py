"""Static artwork, fitted once and kept as raw pixels on disk for every order that shows it."""

from collections import OrderedDict
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from services.printfile.renderer.fitting import Fit, Pixels, Placed, fit_picture, size_of

OPEN_MAX = 64


class Shelf:
    """Fitted artwork in a folder that several processes share.

    The pixels are mapped into memory: an order that touches a hundred rows reads only those.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: OrderedDict[Path, Pixels] = OrderedDict()
        self._sizes: dict[str, tuple[int, int]] = {}

    def size_of(self, asset: str, source: Path) -> tuple[int, int]:
        """Give the artwork's own size."""
        if asset not in self._sizes:
            self._sizes[asset] = size_of(source.read_bytes())
        return self._sizes[asset]

    def pixels(self, asset: str, source: Path, placed: Placed, fit: Fit) -> Pixels:
        """Give the artwork at the size it is shown in, fitting it when nobody has before."""
        path = self._folder / f"{asset}-{placed.width}x{placed.height}-{fit}.rgba"
        if path not in self._open:
            if not path.exists():
                self._keep(asset, source, placed, path)
            shape = (placed.height, placed.width, 4)
            self._open[path] = np.memmap(path, np.uint8, mode="r", shape=shape)
            if len(self._open) > OPEN_MAX:
                self._open.popitem(last=False)
        self._open.move_to_end(path)
        return self._open[path]

    def _keep(self, asset: str, source: Path, placed: Placed, path: Path) -> None:
        """Write beside and rename, so that another process never maps half a picture."""
        width, _ = self.size_of(asset, source)
        pixels = fit_picture(source.read_bytes(), placed, width=width)
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(pixels.data)
        Path(file.name).replace(path)
