"""A service is tested alone: its database has the tables of no other."""

import pytest


@pytest.fixture
def services(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return (request.path.parent.name,)
