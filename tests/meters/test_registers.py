"""No watt-hour between the first and the last total is lost, doubled or made up."""

import itertools
from datetime import datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.energy import INTERVAL, Quality, Reading
from peergrid.errors import Conflict, Invalid
from peergrid.meters.register_store import Taken, take_registers
from peergrid.meters.registers import TOTALS, Gap, Register, between
from peergrid.meters.registry import Meter, add_meter
from tests.community import CONNECTION_W, NOON, START, Street, report

LIMIT_WH = CONNECTION_W // 2
NAMES = itertools.count()
DIGITS = 6


def at(intervals: int, import_wh: int, export_wh: int = 0, digits: int | None = None) -> Register:
    """Totals that many half hours after noon."""
    return Register(NOON.start + intervals * INTERVAL, import_wh, export_wh, 0, digits)


def parts(*registers: Register) -> list[Reading | Gap]:
    return list(between(1, LIMIT_WH, registers))


def take(database: Database, meter: Meter, *registers: Register) -> Taken:
    with database.transaction() as connection:
        return take_registers(connection, meter, registers, not_after=None)


def stored(database: Database, meter: Meter) -> dict[datetime, tuple[int, ...]]:
    query = """
        select interval_start, import_wh, export_wh, generation_wh from every_reading
        where meter_id = %s"""
    with database.transaction() as connection:
        rows = connection.execute(query, (meter.meter_id,)).fetchall()
    return {start: tuple(energies) for start, *energies in rows}


def test_half_an_hour_between_two_totals_is_a_reading() -> None:
    (reading,) = parts(at(0, 10_000, 500), at(1, 10_400, 1_500))

    assert reading == Reading(1, NOON, 400, 1_000, 0, Quality.MEASURED, 0)


def test_a_gap_has_its_energy_and_no_readings() -> None:
    (gap,) = parts(at(0, 10_000), at(3, 11_000))

    assert gap == Gap(NOON.start, NOON.start + 3 * INTERVAL, 1_000, 0, 0, is_reset=False)


def test_a_register_that_went_round_goes_on_from_0() -> None:
    (reading,) = parts(at(0, 999_900, digits=DIGITS), at(1, 200, digits=DIGITS))

    assert isinstance(reading, Reading)
    assert reading.import_wh == 300


def test_a_reset_is_flagged_with_what_was_counted_since() -> None:
    reset = Gap(NOON.start, NOON.end, 200, 0, 0, is_reset=True)

    assert parts(at(0, 500_000), at(1, 200)) == [reset]
    assert parts(at(0, 500_000, digits=DIGITS), at(1, 200, digits=DIGITS)) == [reset]


@pytest.mark.parametrize("now", [500_000 - 1, 500_000 + LIMIT_WH + 1])
def test_a_total_that_nothing_explains_is_refused(now: int) -> None:
    with pytest.raises(Invalid, match=f"import_wh went from 500000 to {now}"):
        parts(at(0, 500_000), at(1, now))


@pytest.mark.parametrize(
    ("moment", "total", "digits"),
    [
        (NOON.start.replace(tzinfo=None), 0, None),
        (NOON.start + timedelta(minutes=7), 0, None),
        (NOON.start, -1, None),
        (NOON.start, 1_000, 3),
        (NOON.start, 0, 16),
    ],
)
def test_totals_out_of_bounds_are_none(moment: datetime, total: int, digits: int | None) -> None:
    with pytest.raises(ValueError, match=r"must|is not"):
        Register(moment, total, 0, 0, digits)


def test_a_total_that_comes_late_divides_its_gap(database: Database, street: Street) -> None:
    first = take(database, street.ben_meter, at(0, 100), at(2, 700))
    late = take(database, street.ben_meter, at(1, 400))

    assert (first.readings, len(first.gaps)) == (0, 1)
    assert (late.stored, late.readings, late.gaps) == (1, 2, ())
    assert stored(database, street.ben_meter) == {
        NOON.start: (300, 0, 0),
        NOON.end: (300, 0, 0),
    }


def test_the_same_totals_twice_change_nothing_and_other_ones_are_a_conflict(
    database: Database, street: Street
) -> None:
    take(database, street.ben_meter, at(0, 100), at(1, 400))

    again = take(database, street.ben_meter, at(0, 100), at(1, 400))

    assert (again.stored, again.unchanged, again.readings) == (0, 2, 0)
    with pytest.raises(Conflict, match="Register 2: street-ben has other totals"):
        take(database, street.ben_meter, at(2, 500), at(1, 401))
    assert take(database, street.ben_meter, at(2, 500)).stored == 1


def test_totals_that_contradict_a_reading_are_not_kept(database: Database, street: Street) -> None:
    report(database, street.ben_meter, NOON, 299, 0)

    with pytest.raises(Conflict, match="other numbers"):
        take(database, street.ben_meter, at(0, 100), at(1, 400))

    assert take(database, street.ben_meter, at(0, 101), at(1, 400)).stored == 2


def test_totals_of_a_time_when_the_meter_was_not_there_are_refused(
    database: Database, street: Street
) -> None:
    early = Register(START - INTERVAL, 0, 0)
    with pytest.raises(Invalid, match=r"Register 1 .*active from"):
        take(database, street.ben_meter, early)
    with (
        pytest.raises(Invalid, match="still to come"),
        database.transaction() as connection,
    ):
        take_registers(connection, street.ben_meter, [at(1, 1)], not_after=NOON.start)


def test_a_total_is_final_whoever_writes(database: Database, street: Street) -> None:
    take(database, street.ben_meter, at(0, 100))

    with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as connection:
        connection.execute("update register set import_wh = 0")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Register], list[list[Register]], int]:
    """Totals in order of time, the same in batches of any order, and what was counted [Wh]."""
    wraps = draw(st.booleans())
    end = 10**DIGITS if wraps else 10**15
    total = draw(st.integers(0, end - 1)) if wraps else draw(st.integers(0, 10**9))
    first, place, registers = total, 0, []
    for _ in range(draw(st.integers(1, 7))):
        digits = DIGITS if wraps else None
        registers.append(at(place, total % end, 2 * place, digits))
        intervals = draw(st.integers(1, 4))
        place += intervals
        last = total
        total += draw(st.integers(0, LIMIT_WH * intervals))
    shuffled = draw(st.permutations(registers))
    cut = draw(st.integers(1, len(shuffled)))
    batches = [shuffled[start : start + cut] for start in range(0, len(shuffled), cut)]
    return registers, batches, last - first


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_readings_and_gaps_add_up_to_last_minus_first_in_any_order_of_arrival(
    database: Database,
    street: Street,
    history: tuple[list[Register], list[list[Register]], int],
) -> None:
    registers, batches, counted_wh = history
    meter = another_meter(database, street)

    for batch in batches:
        take(database, meter, *batch)

    whole = list(between(meter.meter_id, LIMIT_WH, registers))
    gaps = [part for part in whole if isinstance(part, Gap)]
    readings = stored(database, meter)
    read_wh = sum(energies[0] for energies in readings.values())
    assert read_wh + sum(gap.import_wh for gap in gaps) == counted_wh
    assert readings == {
        part.interval.start: tuple(getattr(part, name) for name in TOTALS)
        for part in whole
        if isinstance(part, Reading)
    }
    assert not any(gap.is_reset for gap in gaps)


def another_meter(database: Database, street: Street) -> Meter:
    with database.transaction() as connection:
        return add_meter(
            connection,
            street.community_id,
            street.ben.member_id,
            f"another-{next(NAMES)}",
            has_panels=False,
            connection_w=CONNECTION_W,
            active_from=START,
        )
