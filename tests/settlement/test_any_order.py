"""However readings come, are corrected and are settled in between, the books end up right."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.ledger.book import balances_of, out_of_balance
from peergrid.members.membership import community_by_id
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, found_street, report

INTERVALS = 6
NAMES = itertools.count(1)
ENERGIES = st.integers(0, 3_000)

type Event = tuple[str, int, int, int]  # who reports (or "settle"), when, import, export [Wh]

EVENTS = st.lists(
    st.one_of(
        st.just(("settle", 0, 0, 0)),
        st.tuples(
            st.sampled_from(["ada", "ben"]), st.integers(0, INTERVALS - 1), ENERGIES, ENERGIES
        ),
    ),
    max_size=25,
)


def live_through(database: Database, street: Street, events: list[Event]) -> None:
    """Report and settle as told; what is reported again is a correction; the rest comes last."""
    meters = {"ada": street.ada_meter, "ben": street.ben_meter}
    revisions: dict[tuple[str, int], int] = {}
    for who, number, import_wh, export_wh in events:
        if who == "settle":
            settle(database, street.community_id)
            continue
        revision = revisions.get((who, number), -1) + 1
        revisions[who, number] = revision
        interval = FIRST.later(number)
        report(database, meters[who], interval, import_wh, export_wh, revision=revision)
    for who, number in itertools.product(meters, range(INTERVALS)):
        if (who, number) not in revisions:
            report(database, meters[who], FIRST.later(number), 10, 0)
    settle(database, street.community_id)


@given(events=EVENTS, scheme=st.sampled_from(["mid_market", "net_metering"]))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_books_are_those_of_the_readings_as_they_stand(
    database: Database, events: list[Event], scheme: str
) -> None:
    with database.transaction() as connection:
        street = found_street(connection, f"street_{next(NAMES)}", scheme)

    live_through(database, street, events)

    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        result = audit(connection, community)
        held = balances_of(connection, [street.ada.member_id, street.ben.member_id])
        assert (result.intervals, result.findings) == (INTERVALS, [])
        assert set(out_of_balance(connection, street.community_id).values()) == {0}
        straight = found_street(connection, f"street_{next(NAMES)}", scheme)
        readings = connection.execute(
            "select meter_id, interval_start, import_wh, export_wh from reading"
            " where meter_id = any(%s)",
            ([street.ada_meter.meter_id, street.ben_meter.meter_id],),
        ).fetchall()
    again = {
        street.ada_meter.meter_id: straight.ada_meter,
        street.ben_meter.meter_id: straight.ben_meter,
    }
    for meter_id, start, import_wh, export_wh in readings:
        report(database, again[meter_id], type(FIRST)(start), import_wh, export_wh)
    settle(database, straight.community_id)
    with database.transaction() as connection:
        expected = balances_of(connection, [straight.ada.member_id, straight.ben.member_id])
    assert list(held.values()) == list(expected.values())
