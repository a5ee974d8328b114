"""What a community needs so that it lives: checks that raise what is wrong, with the cure."""

from datetime import datetime, timedelta

from peergrid.database.pool import Database
from peergrid.energy import INTERVAL
from peergrid.errors import Conflict
from peergrid.payments.waiting import all_waiting
from peergrid.settlement.condition import Condition, conditions

CLOCK = "select clock_timestamp()"
MOST_APART = timedelta(seconds=5)
SILENT_FOR = timedelta(hours=2)  # after which it is not the line but whoever sends
MOST_SILENT = 0.05  # of a community's meters
PAID_WITHIN = timedelta(days=1)


def check_clock(database: Database, now: datetime) -> None:
    """Raises Conflict if the database's clock and this machine's, ``now``, are apart."""
    with database.transaction() as connection:
        row = connection.execute(CLOCK).fetchone()
    apart = abs(row[0] - now) if row else timedelta(0)
    if apart > MOST_APART:
        raise Conflict(
            f"The clocks of this machine and the database are {apart.total_seconds():.0f} s apart:"
            " readings are refused as not over yet, or links end early; let both keep time (NTP)."
        )


def check_operators(database: Database) -> None:
    """Raises Conflict if a community has no operator who can sign in, or there is none."""
    everyone = _conditions(database)
    if not everyone:
        raise Conflict(
            "There is no community yet: run `peergrid register SCENARIO`, or `peergrid demo`."
        )
    for one in everyone:
        if not one.operators:
            raise Conflict(
                f"{one.name} has no operator: run `peergrid member EMAIL --add NAME --community"
                f" {one.name} --approve --link`."
            )


def check_tariffs(database: Database) -> None:
    """Raises Conflict if there is a community that has nothing to settle by."""
    for one in _conditions(database):
        if not one.has_tariff:
            raise Conflict(
                f"{one.name} has no tariff in force on {one.settled_until:%Y-%m-%d}, so nothing is"
                " settled: let an operator publish one from that day on."
            )


def check_meters(database: Database, now: datetime) -> None:
    """Raises Conflict if a community's meters, or many of them, are silent."""
    for one in _conditions(database):
        if one.latest is None:
            raise Conflict(
                f"No meter of {one.name} ever reported: give each its key (`peergrid key SERIAL`)"
                " and this platform's address."
            )
        if now - one.latest > SILENT_FOR + INTERVAL:
            raise Conflict(
                f"No meter of {one.name} reported since {one.latest:%Y-%m-%d %H:%M} UTC: look at"
                " the line, the proxy, and whoever collects."
            )
        if one.silent > MOST_SILENT * one.meters:
            raise Conflict(
                f"{one.silent} of {one.meters} meters of {one.name} are silent: the operator's list"
                " of meters names them; a key may have ended (`peergrid key SERIAL --list`)."
            )


def check_settlement(database: Database) -> None:
    """Raises Conflict if somebody's half hours wait longer than for a silent meter."""
    for one in _conditions(database):
        if one.is_late:
            raise Conflict(
                f"{one.name} is settled until {one.settled_until:%Y-%m-%d %H:%M} UTC only,"
                f" {one.behind} behind its meters: let `peergrid settle --every 60` run, and read"
                " what it says."
            )


def check_payouts(database: Database, provider: str | None) -> None:
    """Raises Conflict if approved payouts are not paid."""
    with database.transaction() as connection:
        held = [
            one for one in all_waiting(connection) if (one.kind, one.state) == ("payout", "held")
        ]
    for one in held:
        if provider is None:
            raise Conflict(
                f"{one.count} approved payouts wait and nobody pays: set PEERGRID_PAYOUT_PROVIDER"
                " and let `peergrid pay --every 60` run, or pay them by file."
            )
        if one.oldest_s > PAID_WITHIN.total_seconds():
            waited = timedelta(seconds=int(one.oldest_s))
            raise Conflict(
                f"{one.count} approved payouts wait, one for {waited}:"
                " let `peergrid pay --every 60` run; it names what the provider disputes."
            )


def _conditions(database: Database) -> list[Condition]:
    with database.transaction() as connection:
        return conditions(connection)
