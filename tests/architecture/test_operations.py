"""What an operator may set is written down where an operator looks."""

from importlib import import_module

import pytest

from deploy.roles import SERVICES
from shared.settings import ServiceSettings
from tests.architecture.source import ROOT

TOLD = (ROOT / "docs/operations.md").read_text()


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_is_told_in_the_operations_guide(service: str) -> None:
    settings = import_module(f"services.{service}.settings").Settings
    own = set(settings.model_fields) - set(ServiceSettings.model_fields) - {"files"}
    prefix = settings.model_config["env_prefix"]

    assert {name for name in own if f"`{prefix}{name.upper()}`" not in TOLD} == set()


def test_what_every_service_is_told_is_written_down_once() -> None:
    common = [name.upper() for name in ServiceSettings.model_fields]

    assert [name for name in common if f"`…_{name}`" not in TOLD] == []
