"""Kafka's jars: named and hashed in `jars.lock`, fetched once, checked at every start."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.embedded.errors import StackError
from deploy.embedded.together import together

LOCK = Path(__file__).with_name("jars.lock")
SIDE_BY_SIDE = 6
TRIES = 3
PAUSE_SECONDS = 2.0
FETCH_SECONDS = 120

logger = structlog.get_logger(__name__)


def _user_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "platen" / "jars"


class JarSettings(BaseSettings):
    """Where jars are kept and where they come from; proxies and CAs are those of `requests`."""

    model_config = SettingsConfigDict(env_prefix="PLATEN_", frozen=True)

    jar_cache: Path = Field(default_factory=_user_cache)
    maven_url: str | None = None


@dataclass(frozen=True)
class Jar:
    """One locked jar."""

    coordinate: str
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        """Give the name that Maven gives to the file."""
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def read_lock(lock: Path = LOCK) -> list[Jar]:
    """Read the lock file: one jar a line, its coordinate, SHA-256 and size."""
    lines = [line.split() for line in lock.read_text().splitlines() if not line.startswith("#")]
    return [Jar(coordinate, sha256, int(size)) for coordinate, sha256, size in lines]


async def fetch_jars(jars: Sequence[Jar], settings: JarSettings) -> list[Path]:
    """Give the jars' paths; those that are not in the cache yet are fetched and checked."""
    paths = [settings.jar_cache / jar.filename for jar in jars]
    missing = [jar for jar, path in zip(jars, paths, strict=True) if not path.exists()]
    if missing:
        await _fetch(missing, settings)
    await asyncio.to_thread(_check, jars, paths)
    return paths


async def _fetch(missing: Sequence[Jar], settings: JarSettings) -> None:
    megabytes = round(sum(jar.size for jar in missing) / 1e6)
    logger.info("jars_fetch_started", jars=len(missing), megabytes=megabytes)
    settings.jar_cache.mkdir(parents=True, exist_ok=True)
    turn = asyncio.Semaphore(SIDE_BY_SIDE)

    async def fetch(jar: Jar) -> None:
        async with turn:
            await _fetch_patiently(jar, settings)
        logger.info("jar_fetched", jar=jar.filename, megabytes=round(jar.size / 1e6, 1))

    await together(*(fetch(jar) for jar in missing))
    logger.info("jars_fetch_ended", folder=str(settings.jar_cache))


async def _fetch_patiently(jar: Jar, settings: JarSettings) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            return await asyncio.to_thread(_fetch_one, jar, settings)
        except (OSError, RuntimeError) as error:
            logger.warning("jar_fetch_failed", jar=jar.filename, attempt=attempt, reason=str(error))
            if attempt == TRIES:
                raise StackError(
                    f"{jar.filename} could not be fetched from Maven Central: {error}\n"
                    "See that this machine reaches it (HTTPS_PROXY and REQUESTS_CA_BUNDLE are "
                    "heeded), or name a mirror in PLATEN_MAVEN_URL, and start again; "
                    f"what is already in {settings.jar_cache} is kept."
                ) from error
        await asyncio.sleep(PAUSE_SECONDS * attempt)
    return None


def _fetch_one(jar: Jar, settings: JarSettings) -> None:
    """Fetch beside the cache and move in whole: a cut-off download is never taken for a jar."""
    from jgo.maven import MavenContext  # noqa: PLC0415 - half a second, at a first start only

    remote = {"mirror": settings.maven_url} if settings.maven_url else None
    with tempfile.TemporaryDirectory(dir=settings.jar_cache, prefix=".fetching-") as folder:
        maven = MavenContext(
            repo_cache=Path(folder), local_repos=[], remote_repos=remote, timeout=FETCH_SECONDS
        )
        fetched = maven.create_dependency(jar.coordinate).artifact.resolve()
        if _sha256(fetched) != jar.sha256:
            raise StackError(
                f"{jar.filename} as fetched is not the file that {LOCK.name} names: it was changed "
                "on the way or at its source. Do not use it; try another network or mirror."
            )
        fetched.replace(settings.jar_cache / jar.filename)


def _check(jars: Sequence[Jar], paths: Sequence[Path]) -> None:
    for jar, path in zip(jars, paths, strict=True):
        if path.stat().st_size != jar.size or _sha256(path) != jar.sha256:
            raise StackError(
                f"{path} is not the file that {LOCK.name} names: it is damaged or was changed. "
                "Remove it and start again; it is then fetched anew."
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
