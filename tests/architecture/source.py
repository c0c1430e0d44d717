"""The source of the services, as the tests of the architecture read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from deploy.roles import SERVICES

ROOT = Path(__file__).parents[2]
ROOMS = [ROOT / "services" / service for service in SERVICES]


def files(*folders: Path) -> list[Path]:
    """Give every Python file in the folders."""
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


@cache
def parsed(file: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(file.read_text(), str(file))


def place(file: Path, node: ast.expr | ast.stmt) -> str:
    """Name a line so that an editor can open it."""
    return f"{file.relative_to(ROOT)}:{node.lineno}"


def walk(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    """Walk over everything that runs in this scope, nested functions excepted."""
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        inner = ast.iter_child_nodes(node)
        waiting.extend(
            child
            for child in inner
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        )


def dotted(node: ast.expr) -> str:
    """Write a chain of names as in the source; a call counts as what is called."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted(node.value)}.{node.attr}"
        case ast.Call():
            return dotted(node.func)
        case _:
            return "?"
