"""Communities as large as one likes, made in a few statements."""

from datetime import UTC, datetime

from peergrid.database.pool import Connection, Database
from peergrid.members.membership import add_community

START = datetime(2026, 8, 31, 22, tzinfo=UTC)  # midnight of 1 September in Harare
CONNECTION_W = 13_800  # 60 A at 230 V
MEMBERS = """
insert into member (community_id, name, email, role)
select %(community)s, 'Home ' || n, n || '@' || %(name)s || '.example', 'producer'
from generate_series(1, %(meters)s) n"""
METERS = """
insert into meter (community_id, member_id, serial, has_panels, connection_w, active_from)
select community_id, member_id, email, true, %(connection_w)s, %(start)s
from member where community_id = %(community)s order by member_id"""
OWNERS = """
insert into connection_owner (connection_id, member_id, from_interval)
select meter_id, member_id, '-infinity' from meter where community_id = %(community)s"""
IDS = "select meter_id from meter where community_id = %s order by 1"


def found(database: Database, name: str, meters: int) -> tuple[int, list[int]]:
    """A community of ``meters`` homes: its id, and those of the meters."""
    with database.transaction() as connection:
        community_id = add_community(connection, name, name, START).community_id
        asked = {
            "community": community_id,
            "name": name,
            "meters": meters,
            "start": START,
            "connection_w": CONNECTION_W,
        }
        connection.execute("set local statement_timeout = 0")
        for statement in (MEMBERS, METERS, OWNERS):
            connection.execute(statement, asked)
        ids = [row[0] for row in connection.execute(IDS, (community_id,)).fetchall()]
    analyze(database)
    return community_id, ids


def analyze(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("set local statement_timeout = 0")
        connection.execute("analyze")


def one(connection: Connection, query: str) -> int:
    """The one number that a query answers."""
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0
