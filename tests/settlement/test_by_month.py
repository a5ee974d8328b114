"""Under a scheme priced by the month, a month is settled when it is there, and in one go."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from peergrid.database.pool import Database
from peergrid.energy import Interval, Reading
from peergrid.ledger.book import balances_of
from peergrid.market.clearing import clearings
from peergrid.market.metered import metered
from peergrid.market.schemes import plain_terms
from peergrid.market.standing import standings_of
from peergrid.market.tariff import Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.membership import community_by_id
from peergrid.meters.ingest import ingest
from peergrid.money import Unit
from peergrid.settlement.check import audit
from peergrid.settlement.replay import replay, total_of
from peergrid.settlement.settle import Run, settle
from peergrid.settlement.settled_month import settled_month
from peergrid.settlement.tariffs import add_tariff
from tests.community import Street, found_street, report

DAY = 48
BEGUN = Interval(datetime(2026, 9, 28, 22, tzinfo=UTC))  # two local days before October
OCTOBER = BEGUN.later(2 * DAY)


@pytest.fixture
def street(database: Database) -> Street:
    """A street that shares its bill, founded two days before the month ends."""
    with database.transaction() as connection:
        street = found_street(connection, "street", "bill_sharing")
        connection.execute("update community set settled_until = %s", (BEGUN.start,))
        connection.execute("update meter set active_from = %s", (BEGUN.start,))
    return street


def readings_of(street: Street, first: Interval, count: int) -> list[Reading]:
    """Sun at day, cooking in the evening: whatever, but the same each time."""
    dice = np.random.default_rng(first.number)
    rows = dice.integers(0, 3_000, (count, 2, 2)).tolist()
    ids = street.ada_meter.meter_id, street.ben_meter.meter_id
    return [
        Reading(meter_id, first.later(number), *energies)
        for number, row in enumerate(rows)
        for meter_id, energies in zip(ids, row, strict=True)
    ]


def send(database: Database, street: Street, readings: list[Reading]) -> None:
    with database.transaction() as connection:
        for meter in (street.ada_meter, street.ben_meter):
            own = [one for one in readings if one.meter_id == meter.meter_id]
            early = replace(meter, active_from=BEGUN.start)
            ingest(connection, early, own, not_after=None)


def costs(database: Database, street: Street) -> list[int]:
    """What Ada and Ben owe [micros]."""
    ids = [street.ada.member_id, street.ben.member_id]
    with database.transaction() as connection:
        held = balances_of(connection, ids)
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []
    return [-held[member_id][Unit.USD] for member_id in ids]


def on_paper(readings: list[Reading], tariffs: list[Tariff]) -> list[int]:
    """What the market alone makes of the same readings [micros]."""
    counted = metered(sorted({one.interval.number for one in readings}), readings)
    new = standings_of(counted.meter_ids, {}, date(2026, 9, 1))
    cleared = clearings(counted, new, tariffs, plain_terms(2))
    owed = np.sum([one.shares.cost_micros.sum(axis=0) for one in cleared], axis=0)
    return [int(micros) for micros in owed]


def test_half_a_month_waits_and_the_whole_is_settled_as_the_market_clears_it(
    database: Database, street: Street
) -> None:
    readings = readings_of(street, BEGUN, 2 * DAY)
    send(database, street, readings[:-2])
    assert settle(database, street.community_id) == Run(settled=0, reversed=0)

    send(database, street, readings[-2:])
    assert settle(database, street.community_id) == Run(settled=2 * DAY, reversed=0)

    assert costs(database, street) == on_paper(readings, [zetdc_tariff("bill_sharing")])


def test_replayed_under_its_own_scheme_the_month_is_as_it_was_booked(
    database: Database, street: Street
) -> None:
    send(database, street, readings_of(street, BEGUN, 2 * DAY))
    settle(database, street.community_id)

    with database.transaction() as connection:
        settled = settled_month(connection, street.community_id, date(2026, 9, 1))

    assert replay(settled, settled.tariffs) == settled.booked
    assert sum(total_of(settled.booked).__dict__.values()) > 0


def test_the_next_month_waits_for_its_own_end(database: Database, street: Street) -> None:
    readings = readings_of(street, BEGUN, 2 * DAY) + readings_of(street, OCTOBER, DAY)
    send(database, street, readings)

    assert settle(database, street.community_id).settled == 2 * DAY


def test_a_correction_reverses_the_month_from_its_beginning(
    database: Database, street: Street
) -> None:
    readings = readings_of(street, BEGUN, 2 * DAY)
    send(database, street, readings)
    settle(database, street.community_id)

    changed = replace(readings[-1], import_wh=6_000, revision=1)
    send(database, street, [changed])
    assert costs(database, street) == on_paper(readings, [zetdc_tariff("bill_sharing")])
    run = settle(database, street.community_id)

    assert run == Run(settled=2 * DAY, reversed=2 * DAY)
    expected = on_paper([*readings[:-1], changed], [zetdc_tariff("bill_sharing")])
    assert costs(database, street) == expected


def test_a_new_tariff_cuts_the_month(database: Database, street: Street) -> None:
    later = replace(zetdc_tariff("mid_market"), valid_from=date(2026, 9, 30))
    with database.transaction() as connection:
        add_tariff(connection, street.community_id, later)
    readings = readings_of(street, BEGUN, DAY + 3)
    send(database, street, readings)

    assert settle(database, street.community_id).settled == DAY + 3

    assert costs(database, street) == on_paper(readings, [zetdc_tariff("bill_sharing"), later])


def test_at_the_deadline_the_silent_are_estimated_and_the_month_is_settled(
    database: Database, street: Street
) -> None:
    send(database, street, readings_of(street, BEGUN, 2 * DAY)[:-1])
    assert settle(database, street.community_id).settled == 0

    last = OCTOBER.later(-1)
    report(database, street.ada_meter, last.later(72 * 2), 0, 0)
    assert settle(database, street.community_id).settled == 2 * DAY

    with database.transaction() as connection:
        rows = connection.execute(
            "select interval_start from settlement where estimated = 1"
        ).fetchall()
    assert rows == [(last.start,)]
