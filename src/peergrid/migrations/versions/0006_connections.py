"""What is agreed and asked for belongs to a connection, whichever meter counts for it."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the SQL beside this file as it stands, past SQLAlchemy's reading of % and :."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None, "migrations run on a live connection"  # noqa: S101
    driver.execute(Path(__file__).with_suffix(".sql").read_text())
