"""Files that npm packages publish, and that tests judge by.

Each is fetched once and kept in the user's cache; a package is named by its version and its hash.
"""

import base64
import hashlib
import io
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass(frozen=True)
class Package:
    """A package of the npm registry; `integrity` is its SHA-512 in base64."""

    name: str
    version: str
    integrity: str

    def file(self, member: str) -> Path:
        """Give one file of the package, such as `dist/index.js`."""
        kept = cache() / f"{self.name.replace('/', '+')}-{self.version}" / member
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = kept.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(unpacked(self.fetched(), f"package/{member}"))
            fresh.replace(kept)
        return kept

    def fetched(self) -> bytes:
        """Fetch the package and check it; says what to do when it cannot."""
        registry = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org").rstrip("/")
        url = f"{registry}/{self.name}/-/{self.name.rpartition('/')[2]}-{self.version}.tgz"
        try:
            response = httpx.get(url, timeout=120, follow_redirects=True).raise_for_status()
        except httpx.HTTPError as error:
            raise AssertionError(
                f"{self.name} could not be fetched from {url} ({error}): "
                "is the npm registry reachable? NPM_CONFIG_REGISTRY names another one."
            ) from error
        found = base64.b64encode(hashlib.sha512(response.content).digest()).decode()
        assert found == self.integrity, f"{url} is not the package whose hash is locked"
        return response.content


def cache() -> Path:
    """Give the place of the packages' files in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "platen" / "npm"


def unpacked(package: bytes, member: str) -> bytes:
    """Take the one file out."""
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        file = archive.extractfile(member)
        assert file is not None, f"the package has no {member}"
        return file.read()
