"""Every service has the same rooms, and nothing happens while they are imported."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import ROOMS, ROOT, dotted, files, parsed, place

REQUIRED = ("__init__", "__main__", "app", "settings", "domain", "migrations")
HARMLESS = {
    "dataclass",
    "contextmanager",
    "asynccontextmanager",
    "cache",
    "lru_cache",
    "overload",
    "runtime_checkable",
}
HOLDING_STATE = {"FastAPI", "APIRouter", "Service", "KafkaBroker", "Database", "AsyncClient"}
LINES_MAX = 250

every_room = pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
CODE = files(ROOT / "services", ROOT / "shared")


@every_room
def test_the_room_plan_is_kept(room: Path) -> None:
    missing = [
        name
        for name in REQUIRED
        if not (room / name).is_dir() and not (room / f"{name}.py").is_file()
    ]

    assert missing == []


@every_room
def test_a_service_says_what_it_hears_says_and_owns(room: Path) -> None:
    told = ast.get_docstring(parsed(room / "__init__.py")) or ""

    assert [word for word in ("hears", "says", "owns") if word not in told.lower()] == []


def test_nothing_is_decorated_at_module_level() -> None:
    decorated = [
        place(file, decorator)
        for file in CODE
        for node in parsed(file).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for decorator in node.decorator_list
        if dotted(decorator).rpartition(".")[2] not in HARMLESS
    ]

    assert decorated == [], "bind plain functions in app.py instead"


def test_no_module_holds_an_application_or_a_connection() -> None:
    built = [
        place(file, node)
        for file in CODE
        for node in parsed(file).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)
        if dotted(node.value).rpartition(".")[2] in HOLDING_STATE
    ]

    assert built == [], "build it in build_app"


def test_no_file_is_longer_than_a_reader_likes() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in [*CODE, *files(ROOT / "deploy")]
        if (lines := len(file.read_text().splitlines())) > LINES_MAX
    }

    assert long == {}


def test_every_package_folder_ships_its_migrations_in_order() -> None:
    for room in ROOMS:
        names = sorted(file.name for file in (room / "migrations").glob("*.sql"))
        numbers = [int(name.partition("_")[0]) for name in names]
        assert numbers == list(range(1, len(names) + 1)), room.name
