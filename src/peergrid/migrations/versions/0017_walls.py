"""Roles, what each may do, and whose rows each may see."""

from pathlib import Path

from alembic import op

from peergrid.database.roles import make_roles

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the roles, which are the cluster's, then run the SQL beside this file as it stands."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None, "migrations run on a live connection"  # noqa: S101
    make_roles(driver)
    driver.execute(Path(__file__).with_suffix(".sql").read_text())
