"""SQL stands in the stores, and nobody holds a transaction open over anything but SQL."""

import ast
from collections.abc import Iterator

from tests.architecture.source import ROOMS, dotted, files, parsed, place, walk

STATEMENTS = {"execute", "executemany", "fetch", "fetchrow", "fetchval"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_only_a_store_writes_sql() -> None:
    outside = [
        place(file, node)
        for file in files(*ROOMS)
        if "store" not in file.relative_to(file.parents[1]).as_posix()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in STATEMENTS
        and dotted(node.func.value).endswith("transaction")
    ]

    assert outside == []


def test_nothing_else_is_awaited_while_a_transaction_is_open() -> None:
    held = [
        place(file, node) for file in files(*ROOMS) for node in awaited_beside_sql(parsed(file))
    ]

    assert held == [], "what is awaited in a transaction is given that transaction"


def test_the_rule_sees_a_call_inside_a_transaction() -> None:
    source = """
async def place(database, http):
    async with database.transaction() as transaction:
        await store.lease(transaction)
        await http.post("/orders")

async def learn(transaction: Transaction, events):
    async with http.stream("GET", "/") as answer:
        await transaction.execute("")
"""

    assert [node.lineno for node in awaited_beside_sql(ast.parse(source))] == [5, 8]


def awaited_beside_sql(module: ast.Module) -> Iterator[ast.expr]:
    """Find what is awaited inside a transaction and does not take it."""
    for function in ast.walk(module):
        if isinstance(function, Function):
            names = {each.arg for each in function.args.args if is_transaction(each.annotation)}
            if names:
                yield from awaited_without(function.body, names)
            for block in walk(function.body):
                if isinstance(block, ast.AsyncWith) and (opened := opened_by(block)):
                    yield from awaited_without(block.body, opened)


def is_transaction(annotation: ast.expr | None) -> bool:
    """Tell whether a parameter is an open transaction."""
    return annotation is not None and dotted(annotation) == "Transaction"


def opened_by(block: ast.AsyncWith) -> set[str]:
    """Name the transactions that a block opens."""
    return {
        item.optional_vars.id
        for item in block.items
        if dotted(item.context_expr).endswith((".transaction", ".statement"))
        and isinstance(item.optional_vars, ast.Name)
    }


def awaited_without(body: list[ast.stmt], transactions: set[str]) -> Iterator[ast.expr]:
    """Find what is awaited in a body without being given one of the transactions."""
    for node in walk(body):
        if isinstance(node, ast.Await) and not takes(node.value, transactions):
            yield node
        if isinstance(node, ast.AsyncWith):
            for item in node.items:
                if not takes(item.context_expr, transactions):
                    yield item.context_expr


def takes(called: ast.expr, transactions: set[str]) -> bool:
    """Tell whether a call is one of the transaction's, or is given it."""
    if not isinstance(called, ast.Call):
        return False
    if dotted(called.func).partition(".")[0] in transactions:
        return True
    given = [*called.args, *(keyword.value for keyword in called.keywords)]
    return any(isinstance(value, ast.Name) and value.id in transactions for value in given)
