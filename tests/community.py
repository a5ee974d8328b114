"""A community small enough to check by hand."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from peergrid.database.pool import Connection, Database
from peergrid.energy import Interval, Quality, Reading
from peergrid.ledger.book import open_accounts
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.credentials import set_password
from peergrid.members.membership import Member, add_community, add_member
from peergrid.meters.ingest import ingest
from peergrid.meters.overlap import Outcome
from peergrid.meters.registry import Meter, add_meter, issue_key
from peergrid.settlement.tariffs import add_tariff

START = datetime(2026, 8, 31, 22, tzinfo=UTC)  # midnight of 1 September in Harare
NOON = Interval(datetime(2026, 9, 1, 10, tzinfo=UTC))
FIRST = Interval(START)
CONNECTION_W = 13_800  # 60 A at 230 V: at most 6,900 Wh in half an hour
PASSWORD = "a password for tests"  # noqa: S105


@dataclass(frozen=True)
class Street:
    """Ada has panels, Ben has none, Chipo operates."""

    community_id: int
    ada: Member
    ben: Member
    chipo: Member
    ada_meter: Meter
    ben_meter: Meter
    ada_key: str
    ben_key: str

    @property
    def at_adas(self) -> tuple[int, int]:
        """The community and Ada's meter, by their ids."""
        return self.community_id, self.ada_meter.meter_id

    @property
    def at_bens(self) -> tuple[int, int]:
        return self.community_id, self.ben_meter.meter_id


def found_street(connection: Connection, name: str, scheme: str = "mid_market") -> Street:
    community_id = add_community(connection, name, name.title(), START).community_id
    members = [
        add_member(connection, community_id, who.title(), f"{who}@{name}.example", role)
        for who, role in (("ada", "producer"), ("ben", "consumer"), ("chipo", "operator"))
    ]
    set_password(connection, members[0].member_id, PASSWORD)
    for member in members[1:]:  # hashing is slow on purpose: once is enough
        connection.execute(
            "insert into credential select %s, password_hash from credential where member_id = %s",
            (member.member_id, members[0].member_id),
        )
    meters = [
        add_meter(
            connection,
            community_id,
            member.member_id,
            f"{name}-{member.name.lower()}",
            has_panels=member.role == "producer",
            connection_w=CONNECTION_W,
            active_from=START,
        )
        for member in members[:2]
    ]
    open_accounts(connection, community_id, {m.meter_id: m.member_id for m in meters})
    add_tariff(connection, community_id, zetdc_tariff(scheme))
    keys = [issue_key(connection, meter.meter_id, START) for meter in meters]
    ada, ben, chipo = members
    return Street(community_id, ada, ben, chipo, meters[0], meters[1], keys[0], keys[1])


def begun_at(street: Street, connection: Connection, first: Interval) -> Street:
    """The same street, with ``first`` as the first interval of its meters and its books."""
    of = (first.start, street.community_id)
    connection.execute("update community set settled_until = %s where community_id = %s", of)
    connection.execute("update meter set active_from = %s where community_id = %s", of)
    return replace(
        street,
        ada_meter=replace(street.ada_meter, active_from=first.start),
        ben_meter=replace(street.ben_meter, active_from=first.start),
    )


def report(
    database: Database,
    meter: Meter,
    interval: Interval,
    import_wh: int,
    export_wh: int,
    generation_wh: int = 0,
    quality: Quality = Quality.MEASURED,
    revision: int = 0,
) -> Outcome:
    """One meter reports one interval, in a transaction of its own."""
    reading = Reading(
        meter.meter_id, interval, import_wh, export_wh, generation_wh, quality, revision
    )
    with database.transaction() as connection:
        return ingest(connection, meter, [reading], not_after=None)


def report_both(database: Database, street: Street, interval: Interval) -> None:
    """Ada exports 1,000 Wh, Ben draws 400 Wh: 400 are shared, 600 go to the grid."""
    report(database, street.ada_meter, interval, 0, 1_000, 1_300)
    report(database, street.ben_meter, interval, 400, 0)
