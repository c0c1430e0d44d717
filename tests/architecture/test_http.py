"""How requests are answered: by the event loop, and by no thread beside it."""

from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from deploy.contracts.apps import build
from deploy.roles import SERVICES


def called_by(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    """Give what a route calls for a request, the route's own function included."""
    yield dependant.call
    for each in dependant.dependencies:
        yield from called_by(each)


def is_awaited(called: Any) -> bool:
    return iscoroutinefunction(called) or iscoroutinefunction(type(called).__call__)


@pytest.mark.parametrize("service", SERVICES)
def test_no_request_waits_for_a_thread(service: str) -> None:
    """A thread waits up to 5 ms for the interpreter while events are taken in."""
    contexts = iter_route_contexts(build(service).http.routes)
    dependants = [each for each in (getattr(one, "dependant", None) for one in contexts) if each]
    called = [each for dependant in dependants for each in called_by(dependant)]

    assert dependants
    assert {each for each in called if not is_awaited(each)} == set()
