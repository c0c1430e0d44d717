"""The containers are told what the code asks for: paths, settings, and versions."""

import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import packages_distributions

import pytest
from pydantic_settings import BaseSettings

from deploy.gateway import ROUTES
from deploy.roles import SERVICES
from tests.architecture.source import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
NGINX = (ROOT / "deploy/nginx/nginx.conf").read_text()
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
TEMPLATE = (ROOT / "deploy/env.template").read_text()


def required_names(service: str) -> set[str]:
    settings: type[BaseSettings] = import_module(f"services.{service}.settings").Settings
    prefix = settings.model_config.get("env_prefix", "")
    return {
        f"{prefix}{name}".upper()
        for name, field in settings.model_fields.items()
        if field.is_required()
    } | ({"FILES_URL", "FILES_SIGNING_KEY"} if "files" in settings.model_fields else set())


def test_the_door_keeps_to_the_table_of_paths() -> None:
    [table] = re.findall(r"map \$uri \$service \{(.*?)\}", NGINX, re.DOTALL)
    routes = tuple(re.findall(r"~\^(\S+)\s+(\w+);", table))
    [rest] = re.findall(r"default\s+(\w+);", table)

    assert (*routes, ("/", rest)) == ROUTES


def test_the_inner_door_knows_every_service() -> None:
    [named] = re.findall(r"\(\?<named>([\w|]+)\)", NGINX)

    assert tuple(named.split("|")) == SERVICES


def test_every_service_can_be_made_into_an_image() -> None:
    assert re.findall(r"^FROM \w+ AS for-(\w+)$", DOCKERFILE, re.MULTILINE) == list(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_is_told_every_required_setting(service: str) -> None:
    [told] = re.findall(rf"^  {service}:\n(.*?)\n\n", COMPOSE, re.DOTALL | re.MULTILINE)
    merged = {"FILES_SIGNING_KEY"} if "*files" in told else set()

    assert required_names(service) - set(re.findall(r"^ +(\w+):", told, re.MULTILINE)) == merged


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_is_told_no_neighbours_secret(service: str) -> None:
    [told] = re.findall(rf"^  {service}:\n(.*?)\n\n", COMPOSE, re.DOTALL | re.MULTILINE)
    neighbours = [name.upper() for name in SERVICES if name != service]

    assert not re.findall(rf"\$\{{(?:{'|'.join(neighbours)})_", told)


def test_what_compose_insists_on_is_written_by_make_env() -> None:
    assert set(re.findall(r"\$\{(\w+):\?", COMPOSE)) <= set(
        re.findall(r"^(\w+)=", TEMPLATE, re.MULTILINE)
    )


def test_no_name_is_given_twice() -> None:
    names = re.findall(r"^(\w+)=", TEMPLATE, re.MULTILINE)

    assert sorted(names) == sorted(set(names))


def test_no_secret_stands_in_a_file_of_the_project() -> None:
    lines = re.findall(r"^\w*(?:KEY|SECRET|TOKEN|PASSWORD)=(.*)$", TEMPLATE, re.MULTILINE)

    assert {line.removeprefix("capp_live_") for line in lines} == {"<secret>"}


def test_the_tests_run_on_the_images_of_compose() -> None:
    images = (ROOT / "tests/support/containers.py").read_text()

    for image in re.findall(r'_IMAGE = "(.*)"', images):
        assert f"image: {image}\n" in COMPOSE


def left_out_of_plain_images() -> set[str]:
    """Name the modules that only the printing image brings along."""
    [printing] = re.findall(r'PRINTING="([^"]+)"', DOCKERFILE)
    return {
        module
        for module, packages in packages_distributions().items()
        if set(packages) & set(printing.split())
    }


def test_a_plain_image_holds_all_that_its_service_imports() -> None:
    missing = dict.fromkeys(left_out_of_plain_images())
    apps = [f"services.{service}.app" for service in SERVICES if service != "printfile"]
    program = f"import sys; sys.modules.update({missing}); import {', '.join(apps)}"

    done = subprocess.run(  # noqa: S603 - the program stands above
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
