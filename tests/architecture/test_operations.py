"""What an operator may set is written down where an operator looks, with its default."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from deploy.roles import SERVICES
from shared.settings import FileUrlSettings, ServiceSettings
from tests.architecture.source import ROOT

GUIDE = ROOT / "docs/operations.md"

FOR_NOTHING = {"off", "none", "for ever", "as asked"}
"""What the guide says where no value is the default."""


def documented() -> dict[str, str]:
    """Give the default that the guide tells of each setting; empty where there is none."""
    told: dict[str, str] = {}
    for row in re.findall(r"^\| (`[^|]+) \|([^|]*)\|", GUIDE.read_text(), re.MULTILINE):
        names = re.findall(r"`([A-Z…][A-Z_]+)`", row[0])
        defaults = [each.strip().strip("`") for each in row[1].split(",")]
        if len(defaults) == len(names):
            told |= dict(zip(names, defaults, strict=True))
        else:
            told |= dict.fromkeys(names, row[1].strip())
    return told


def settings_of(service: str) -> type[BaseModel]:
    settings: type[BaseModel] = import_module(f"services.{service}.settings").Settings
    return settings


def own_settings(service: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in settings_of(service).model_fields.items():
        if name not in ServiceSettings.model_fields and name != "files":
            yield f"{service.upper()}_{name.upper()}", field


def every_setting() -> Iterator[tuple[str, FieldInfo]]:
    """Give all that can be set, by the name that the guide has for it."""
    for name, field in ServiceSettings.model_fields.items():
        yield f"…_{name.upper()}", field
    for name, field in FileUrlSettings.model_fields.items():
        yield f"FILES_{name.upper()}", field
    for service in SERVICES:
        yield from own_settings(service)


def as_told(default: Any) -> set[str]:
    """Give the ways in which the guide may write a default."""
    if default is PydanticUndefined:
        return {""}
    if isinstance(default, Path):
        return {"in the temporary folder"} if default.is_relative_to(gettempdir()) else set()
    if isinstance(default, bool):
        return {str(default).lower(), "on" if default else "off"}
    if isinstance(default, int | float):
        return {f"{default:.15g}"}
    return {str(default)} if default else {str(default), *FOR_NOTHING}


def test_every_setting_is_told_and_none_that_is_not() -> None:
    prefixes = ("…", "FILES_", *(f"{service.upper()}_" for service in SERVICES))
    told = {name for name in documented() if name.startswith(prefixes)}

    assert told == {name for name, _ in every_setting()}


@pytest.mark.parametrize(
    ("name", "field"), [pytest.param(*each, id=each[0]) for each in every_setting()]
)
def test_its_default_is_the_one_that_is_told(name: str, field: FieldInfo) -> None:
    assert documented()[name] in as_told(field.get_default(call_default_factory=True))
