"""Write `jars.lock` anew: `python -m deploy.embedded.lock`, after a version below was changed."""

import hashlib
import sys
from pathlib import Path

from jgo.maven import MavenContext

from deploy.embedded.jars import LOCK

KAFKA = "4.4.0"
LOG4J = "2.25.5"

# kafka-clients by name: the resolver otherwise settles on an older one, asked for deeper down.
SERVER = (f"org.apache.kafka:kafka_2.13:{KAFKA}", f"org.apache.kafka:kafka-clients:{KAFKA}")
# Apart from the server and without what it asks for, lest its BOM change the server's versions.
LOGGING = f"org.apache.logging.log4j:log4j-slf4j-impl:{LOG4J}"

HEADER = """\
# The jars of the embedded Kafka: coordinate, SHA-256, bytes.
# Written by `python -m deploy.embedded.lock`; not edited by hand.
"""


def resolve() -> list[str]:
    """Resolve what the server needs and give a line of the lock file for each jar."""
    maven = MavenContext(timeout=120)
    named = [maven.create_dependency(coordinate) for coordinate in SERVER]
    inputs, needed = maven.resolver.resolve(named)
    return sorted(_line(jar) for jar in [*inputs, *needed, maven.create_dependency(LOGGING)])


def _line(dependency: object) -> str:
    artifact = dependency.artifact  # type: ignore[attr-defined]
    path: Path = artifact.resolve()
    coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    return f"{coordinate} {hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_size}\n"


if __name__ == "__main__":
    LOCK.write_text(HEADER + "".join(resolve()))
    sys.stdout.write(f"{LOCK} written\n")
