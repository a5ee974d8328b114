"""Months lived through by a street: reported, settled, corrected, under changing tariffs."""

import itertools
from dataclasses import replace
from datetime import date, datetime

from peergrid.database.pool import Database
from peergrid.energy import Interval
from peergrid.market.tariff import Block, Tariff
from peergrid.members.membership import Member
from peergrid.settlement.settle import settle
from peergrid.settlement.statement.month import Statement, statement_of
from peergrid.settlement.tariffs import add_tariff
from tests.community import Street, found_street, report

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)
NAMES = itertools.count(1)

type Event = tuple[str, int, int, int]  # who reports (or "settle"), when, import, export [Wh]


def odd_tariff(scheme: str, valid_from: date) -> Tariff:
    """Small blocks, and prices that leave fractions of a micro to round."""
    return Tariff(
        name="Odd",
        valid_from=valid_from,
        scheme=scheme,
        blocks=(Block(1_000, 80_001), Block(3_500, 91_003), Block(None, 160_007)),
        levy_ppm=61_234,
        credit_ratio_ppm=799_999,
        feed_in_micros_per_kwh=63_999,
    )


def found_at(
    database: Database, start: datetime, first_scheme: str, tariffs: list[Tariff]
) -> Street:
    """A street whose first interval begins at ``start``."""
    with database.transaction() as connection:
        street = found_street(connection, f"month_{next(NAMES)}", first_scheme)
        for tariff in tariffs:
            add_tariff(connection, street.community_id, tariff)
        connection.execute(
            "update community set settled_until = %s where community_id = %s",
            (start, street.community_id),
        )
        connection.execute(
            "update meter set active_from = %s where community_id = %s",
            (start, street.community_id),
        )
    return replace(
        street,
        ada_meter=replace(street.ada_meter, active_from=start),
        ben_meter=replace(street.ben_meter, active_from=start),
    )


def live_through(
    database: Database, street: Street, first: Interval, count: int, events: list[Event]
) -> None:
    """As told; what is reported again is a correction; what was never reported comes last."""
    meters = {"ada": street.ada_meter, "ben": street.ben_meter}
    revisions: dict[tuple[str, int], int] = {}
    for who, number, import_wh, export_wh in events:
        if who == "settle":
            settle(database, street.community_id)
            continue
        revision = revisions.get((who, number), -1) + 1
        revisions[who, number] = revision
        report(
            database,
            meters[who],
            first.later(number),
            import_wh,
            export_wh,
            revision=revision,
        )
    for who, number in itertools.product(meters, range(count)):
        if (who, number) not in revisions:
            report(database, meters[who], first.later(number), 700, 90)
    settle(database, street.community_id)


def told(database: Database, member: Member, month: date) -> Statement:
    with database.snapshot() as connection:
        return statement_of(connection, member, month)
