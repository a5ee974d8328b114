"""A town that has earned."""

import pytest

from peergrid.database.pool import Database
from tests.payments.paying import Town, found_town


@pytest.fixture
def town(database: Database) -> Town:
    return found_town(database)
