"""`make compose-test`: the system as containers takes orders the whole way, and is removed."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from deploy.env_file import name_of, write_env
from deploy.roles import SERVICES

PROJECT = "platen-test"
ROOT = Path(__file__).parent.parent
START_SECONDS = 300
# Ports of this machine's own choosing: another installation may run beside the test.
PUBLISHED = ("PLATEN_DOOR", "PLATEN_INNER_DOOR", "PLATEN_SANDBOX_STORE", "PLATEN_SANDBOX_FACTORY")
PORTS = dict.fromkeys(PUBLISHED, "127.0.0.1:0")
SANDBOX = {
    "SANDBOX_STOREFRONT_URL": "http://sandbox-store:8090",
    "SANDBOX_COMPLETEFUL_URL": "http://sandbox-factory:8091",
}


class Failed(Exception):
    """A step did not succeed; the message says which, and what it said."""


@dataclass(frozen=True)
class Compose:
    """Docker compose on the test's own project."""

    env_file: Path

    def run(self, *arguments: str, shows: bool = False) -> str:
        """Run a compose command and give what it wrote; raises Failed when it fails."""
        done = subprocess.run(  # noqa: S603 - our own words
            [*self._compose, *arguments],
            check=False,
            cwd=ROOT,
            env=self._environment(),
            stdout=None if shows else subprocess.PIPE,
            stderr=None if shows else subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            said = "\n".join((done.stdout or "").splitlines()[-60:])
            raise Failed(
                f"docker compose {' '.join(arguments)} ended with {done.returncode}\n{said}"
            )
        return done.stdout or ""

    @property
    def _compose(self) -> list[str]:
        project = ["--project-name", PROJECT, "--env-file", str(self.env_file)]
        return ["docker", "compose", *project, "--profile", "sandbox"]

    def _environment(self) -> dict[str, str]:
        """Give ours without what would go before the file's values."""
        names = {name_of(line) for line in self.env_file.read_text().splitlines()}
        return {name: value for name, value in os.environ.items() if name not in names} | PORTS


def main() -> int:
    """Run the test and give its exit code: 0 when every order ended well."""
    problem = find_problem()
    if problem:
        sys.stderr.write(f"{problem}\nThe other tests need no Docker: make test\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with TemporaryDirectory() as folder:
        env_file = Path(folder) / "env"
        write_env(env_file)
        try:
            return run_test(Compose(env_file))
        except (Failed, httpx.TransportError) as failure:
            say(str(failure))
            return 1


def find_problem() -> str | None:
    """Say what is missing for containers to run; None when nothing is."""
    if shutil.which("docker") is None:
        return "There is no `docker` command: install Docker with its compose plugin."
    asked = {
        "No Docker daemon answers: start it, or name it in DOCKER_HOST.": ("version",),
        "Docker's compose plugin is missing (version 2.24 or newer).": ("compose", "version"),
    }
    for problem, words in asked.items():
        done = subprocess.run(["docker", *words], check=False, capture_output=True)  # noqa: S603, S607 - fixed words
        if done.returncode:
            return f"{problem}\n{done.stderr.decode().strip()}"
    return None


def run_test(compose: Compose) -> int:
    """Start everything, see the orders through, and take everything down whatever happens."""
    try:
        take_down(compose)
        say("building the images")
        compose.run("build")
        say("starting the containers")
        compose.run("up", "--detach", "--wait", "--wait-timeout", str(START_SECONDS))
        check_images(compose)
        check_door(compose)
        say("placing orders in the sandbox store, and approving them")
        place_orders(compose)
    except (Failed, httpx.TransportError):
        print_logs(compose)
        raise
    finally:
        take_down(compose)
    say("every order went the whole way")
    return 0


def check_images(compose: Compose) -> None:
    """See that each image holds its own service and no other."""
    for service in SERVICES:
        held = compose.run("exec", "-T", service, "ls", "services").split()
        if sorted(set(held) - {"__init__.py"}) != [service]:
            raise Failed(f"the image of {service} holds {held}")


def check_door(compose: Compose) -> None:
    """See that the door is open on this machine, and that approval asks who is there."""
    address = compose.run("port", "door", "8080").strip()
    status = httpx.get(f"http://{address}/").status_code
    if status != httpx.codes.UNAUTHORIZED:
        raise Failed(f"the door at {address} answers {status} to somebody who is not signed in")


def place_orders(compose: Compose) -> None:
    """Run the orders beside the containers; prints the table of how each ended."""
    told = [word for name, value in SANDBOX.items() for word in ("--env", f"{name}={value}")]
    program = ("platen", "-m", "deploy.compose_orders")
    compose.run("run", "--rm", "-T", *told, "--entrypoint", "python", *program, shows=True)


def print_logs(compose: Compose) -> None:
    """Print the end of the logs of what failed; of all when none did."""
    containers = [
        json.loads(line) for line in compose.run("ps", "--all", "--format", "json").splitlines()
    ]
    failing = [each["Service"] for each in containers if is_failing(each)]
    for service in failing or [each["Service"] for each in containers]:
        say(f"the log of {service}:")
        compose.run("logs", "--no-log-prefix", "--tail", "60", service, shows=True)


def is_failing(container: dict[str, Any]) -> bool:
    """Tell whether the container ended badly, or runs and is not well."""
    if container["State"] == "exited":
        return bool(container["ExitCode"] != 0)
    return container["State"] != "running" or container["Health"] not in {"healthy", ""}


def take_down(compose: Compose) -> None:
    """Remove the test's containers with their data, and those an earlier run may have left."""
    compose.run("down", "--volumes", "--remove-orphans", "--timeout", "10")


def say(what: str) -> None:
    """Tell the person how far the test is."""
    sys.stdout.write(f"compose-test: {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
