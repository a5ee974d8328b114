"""The run that all tests of results look at."""

import pytest

from peergrid.simulation.engine.run import Run
from tests.simulation.results.made import made, street


@pytest.fixture(scope="session")
def run() -> Run:
    """Three days across the end of September, two towns, four communities, outages."""
    return made(street())
