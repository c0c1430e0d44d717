"""Connections as Shopify pages them: nodes, edges with cursors, a page size that must be told."""

import base64
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from deploy.sandbox.records import Document

PAGE_MAX = 250

Field = Callable[..., Any]


def connection(nodes: Sequence[Document]) -> Field:
    """Page through what is at hand; the cursor is the place in the list."""

    def resolve(
        _: GraphQLResolveInfo[None], first: int | None = None, after: str | None = None
    ) -> Document:
        start = int(read_cursor(after)) + 1 if after else 0
        limit = check_first(first)
        placed = [(str(index), node) for index, node in enumerate(nodes)][start:]
        return page(placed[:limit], has_next=len(placed) > limit, has_previous=start > 0)

    return resolve


def page(nodes: Sequence[tuple[str, Document]], *, has_next: bool, has_previous: bool) -> Document:
    """Show one page of a connection, of nodes with their cursors."""
    edges = [{"cursor": _cursor(place), "node": node} for place, node in nodes]
    return {
        "nodes": [node for _, node in nodes],
        "edges": edges,
        "pageInfo": {
            "hasNextPage": has_next,
            "hasPreviousPage": has_previous,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def check_first(first: int | None) -> int:
    """Insist on a page size, as Shopify does."""
    if first is None:
        raise GraphQLError("you must provide one of first or last")
    if not 0 < first <= PAGE_MAX:
        raise GraphQLError(f"first must be between 1 and {PAGE_MAX}")
    return first


def read_cursor(cursor: str) -> str:
    """Read what a cursor of ours stands for."""
    try:
        return base64.b64decode(cursor, validate=True).decode()
    except ValueError as error:
        raise GraphQLError("Invalid cursor for current pagination sort.") from error


def _cursor(place: str) -> str:
    return base64.b64encode(place.encode()).decode()


def first_of(values: Sequence[Document]) -> Field:
    """Show a plain list, of which the first so many may be asked for."""
    return lambda _, first=None: list(values)[:first]
