"""What a query costs, and the leaky bucket that pays for it.

Shopify states: scalars are free, an object costs 1, a mutation 10, a connection is sized by
`first`. How it is sized is not published; 250 nodes of two objects were seen to ask for 25, so the
size grows with the logarithm here. What was asked for is taken first, what was not used given back.
"""

import math
import time
from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
)

from deploy.sandbox.records import Document

MUTATION_COST = 10
QUERY_COST_MAX = 1000
TRANSPARENT = frozenset({"edges", "pageInfo"})


def requested_cost(
    document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> int:
    """Add up what an operation could cost at most."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    base = MUTATION_COST if operation.operation is OperationType.MUTATION else 0
    return max(1, base + _sum(operation.selection_set, fragments, variables))


def actual_cost(answer: object, operation: OperationDefinitionNode) -> int:
    """Count what an answer really holds."""
    base = MUTATION_COST if operation.operation is OperationType.MUTATION else 0
    return max(1, base + math.ceil(_objects(answer)))


def _sum(
    selected: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
) -> int:
    total = 0
    for node in selected.selections:
        if isinstance(node, FragmentSpreadNode):
            total += _sum(fragments[node.name.value].selection_set, fragments, variables)
        elif isinstance(node, InlineFragmentNode):
            total += _sum(node.selection_set, fragments, variables)
        elif isinstance(node, FieldNode) and node.selection_set:
            own = 0 if node.name.value in TRANSPARENT else 1
            inside = own + _sum(node.selection_set, fragments, variables)
            total += _size(node, variables) * inside
    return total


def _size(node: FieldNode, variables: Mapping[str, Any]) -> int:
    """Weigh a field by its `first`; one that has none counts once."""
    for argument in node.arguments or ():
        if argument.name.value in {"first", "last"}:
            value = argument.value
            count = 1
            if isinstance(value, IntValueNode):
                count = int(value.value)
            elif isinstance(value, VariableNode):
                count = int(variables.get(value.name.value) or 1)
            return math.ceil(1.5 * math.log2(count + 1))
    return 1


def _objects(value: object) -> float:
    if isinstance(value, dict):
        return 1 + sum(_objects(each) for each in value.values())
    if isinstance(value, list):
        held = sum(_objects(each) for each in value)
        return min(held, 1.5 * math.log2(held + 1))
    return 0


class Bucket:
    """Points to spend, which come back at a steady rate."""

    def __init__(self, size: int, restore_rate: float) -> None:
        self._size = size
        self._rate = restore_rate
        self._points = float(size)
        self._seen = time.monotonic()

    def take(self, points: int) -> bool:
        """Spend points; False when there are not enough."""
        self._restore()
        if points > self._points:
            return False
        self._points -= points
        return True

    def give_back(self, points: int) -> None:
        """Take back what was not used."""
        self._points = min(self._size, self._points + points)

    def status(self) -> Document:
        """Tell how much there is, in Shopify's words."""
        self._restore()
        return {
            "maximumAvailable": float(self._size),
            "currentlyAvailable": int(self._points),
            "restoreRate": self._rate,
        }

    def _restore(self) -> None:
        now = time.monotonic()
        self._points = min(self._size, self._points + (now - self._seen) * self._rate)
        self._seen = now
