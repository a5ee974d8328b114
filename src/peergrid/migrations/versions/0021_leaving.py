"""When a member asked for their data to be deleted."""

from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Run the SQL beside this file as it stands, past SQLAlchemy's reading of % and :."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None, "migrations run on a live connection"  # noqa: S101
    driver.execute(Path(__file__).with_suffix(".sql").read_text())
