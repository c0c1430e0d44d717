"""Draw the seed's artwork anew: `python -m deploy.seed.draw`.

The pictures are kept in the repository, because templates name them by their hash.
"""

from hashlib import sha256

from deploy.seed.art import badge_back, badge_front
from deploy.seed.garland import garland
from deploy.seed.products import FOLDER

ARTWORK = {"badge-back": badge_back, "badge-front": badge_front, "garland": garland}


def main() -> None:
    """Write every picture, and say its hash."""
    folder = FOLDER / "artwork"
    folder.mkdir(exist_ok=True)
    for name, draw in ARTWORK.items():
        content = draw()
        (folder / f"{name}.png").write_bytes(content)
        print(f"{sha256(content).hexdigest()}  {name}.png")  # noqa: T201 - a script speaks


if __name__ == "__main__":
    main()
