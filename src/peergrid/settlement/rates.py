"""What a US dollar was worth in ZiG, day by day, as the operator entered it.

The books stay in US dollars; a rate tells what an amount of them is in ZiG.
"""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import Invalid
from peergrid.money import MICROS, ZIG

ADD = """
insert into exchange_rate (community_id, day, unit, micros_per_usd, source, entered_by)
values (%s, %s, %s, %s, %s, %s)"""
ON = """
select day, unit, micros_per_usd, source from exchange_rate
where community_id = %s and unit = %s and day <= %s order by day desc, rate_id desc limit 1"""
ALL = """
select day, unit, micros_per_usd, source, name as entered_by, entered_at
from exchange_rate r join member on member_id = entered_by
where r.community_id = %s order by day desc, rate_id desc"""
MOST_MICROS_PER_USD = 1_000_000 * MICROS  # a rate above it is a mistake in the unit


@dataclass(frozen=True)
class Rate:
    """From local ``day`` on a US dollar is ``micros_per_usd`` millionths of ``unit``."""

    day: date
    unit: str
    micros_per_usd: int
    source: str


@dataclass(frozen=True)
class Entered(Rate):
    """A rate with who entered it when."""

    entered_by: str
    entered_at: datetime


def add_rate(
    connection: Connection,
    community_id: int,
    member_id: int,
    day: date,
    micros_per_usd: int,
    source: str,
) -> Rate:
    """Enter a day's rate; entered again it replaces the one before, which is kept.

    Raises Invalid for a rate that is none or says not where it is from.
    """
    if not 0 < micros_per_usd <= MOST_MICROS_PER_USD:
        raise Invalid("A rate is above 0 and at most 1,000,000 ZiG per US dollar.")
    if not source.strip():
        raise Invalid("Say where the rate is from, such as the central bank's page of that day.")
    row = (community_id, day, ZIG, micros_per_usd, source.strip(), member_id)
    connection.execute(ADD, row)
    return Rate(day, ZIG, micros_per_usd, source.strip())


def rates_of(connection: Connection, community_id: int) -> list[Entered]:
    """All that were ever entered, newest day first; of one day the first of them counts."""
    with connection.cursor(row_factory=class_row(Entered)) as cursor:
        return cursor.execute(ALL, (community_id,)).fetchall()


def rate_on(connection: Connection, community_id: int, day: date) -> Rate | None:
    """The latest rate of a local ``day`` or before it; None if there is none."""
    with connection.cursor(row_factory=class_row(Rate)) as cursor:
        return cursor.execute(ON, (community_id, ZIG, day)).fetchone()
