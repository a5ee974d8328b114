"""A member's month: what was read, cleared, priced and owed, each line with its formula."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import next_month
from peergrid.ledger import book
from peergrid.ledger.transfer import (
    EntryKind,
    PayoutPart,
    TopUpPart,
    TransferKind,
    kind_named,
)
from peergrid.market.schemes import scheme_named
from peergrid.market.tariff import Tariff
from peergrid.members.membership import Member, community_by_id
from peergrid.meters.registry import meters_of_member
from peergrid.money import Unit
from peergrid.settlement.statement import queries
from peergrid.settlement.statement.explain import formula_of
from peergrid.settlement.statement.formula import DayPart, Formula
from peergrid.settlement.statement.metered import (
    ByTariff,
    Cleared,
    Counted,
    cleared_in,
    counted_in,
    span_of,
)
from peergrid.settlement.tariffs import tariffs_of

NO_TARIFF = 0
KINDS = {kind: place for place, kind in enumerate((*TransferKind, *PayoutPart, *TopUpPart))}


@dataclass(frozen=True)
class Terms:
    """Which tariff a line rests on; a pilot scheme says so wherever it is shown."""

    name: str
    valid_from: date
    scheme: str
    is_pilot: bool


@dataclass(frozen=True)
class Line:
    """One kind of transfer of one meter under one tariff.

    ``amount`` is signed as the balance is, and its size is the formula's. Of the transfers,
    ``taken_back`` were reversals, of ``taken_back_amount`` together: they are in the amount.
    """

    meter: str
    kind: EntryKind
    unit: Unit
    terms: Terms | None
    energy_wh: int
    amount: int
    half_hours: int
    taken_back: int
    taken_back_amount: int
    formula: Formula


@dataclass(frozen=True)
class Rate:
    """What a US dollar was worth in ZiG [micros of ZiG] on a day."""

    day: date
    zig_micros_per_usd: int


@dataclass(frozen=True)
class MeterMonth:
    """One meter while it was the member's: what it counted, how it was shared [Wh]."""

    serial: str
    counted: Counted
    bought_wh: int
    sold_wh: int
    grid_import_wh: int
    grid_export_wh: int
    settled: int


@dataclass(frozen=True)
class Statement:
    """``opening`` plus the sum of the lines is ``closing``, for each unit; ValueError if not.

    ``rate`` is None where none is known.
    """

    member: Member
    month: date
    settled_until: datetime
    opening: dict[Unit, int]
    closing: dict[Unit, int]
    meters: list[MeterMonth]
    lines: list[Line]
    rate: Rate | None = None

    def __post_init__(self) -> None:
        for unit, closing in self.closing.items():
            added = sum(line.amount for line in self.lines if line.unit is unit)
            if self.opening[unit] + added != closing:
                raise ValueError(f"the lines in {unit} do not lead to the closing balance")


@dataclass(frozen=True)
class LedgerRow:
    """One kind of transfer of one local day in the books."""

    meter_id: int
    serial: str
    kind: str
    unit: str
    tariff_id: int | None
    day: date
    is_reversal: bool
    entries: int
    amount: int
    energy_wh: int


def statement_of(connection: Connection, member: Member, month: date) -> Statement:
    """A member's local month that starts at ``month``, as the books have it now.

    Ask it of a snapshot: it takes several queries.
    """
    ids = [member.member_id]
    tariffs = dict(tariffs_of(connection, member.community_id))
    cleared = cleared_in(connection, member.member_id, month, tariffs)
    return Statement(
        member=member,
        month=month,
        settled_until=community_by_id(connection, member.community_id).settled_until,
        opening=book.balances_of(connection, ids, month)[member.member_id],
        closing=book.balances_of(connection, ids, next_month(month))[member.member_id],
        meters=_meter_months(connection, member.member_id, month, cleared),
        lines=_lines(connection, member, month, tariffs, cleared),
    )


def _meter_months(
    connection: Connection, member_id: int, month: date, cleared: ByTariff
) -> list[MeterMonth]:
    counted = {one.meter_id: one for one in counted_in(connection, member_id, month)}
    found = []
    for meter in meters_of_member(connection, member_id, span_of(month)):
        parts = [part for (meter_id, _), part in cleared.items() if meter_id == meter.meter_id]
        found.append(
            MeterMonth(
                serial=meter.serial,
                counted=counted.get(meter.meter_id) or Counted(meter.meter_id, *[0] * 7),
                bought_wh=sum(part.bought_wh for part in parts),
                sold_wh=sum(part.sold_wh for part in parts),
                grid_import_wh=sum(part.grid_import_wh for part in parts),
                grid_export_wh=sum(part.grid_export_wh for part in parts),
                settled=sum(part.half_hours for part in parts),
            )
        )
    return found


def _lines(
    connection: Connection,
    member: Member,
    month: date,
    tariffs: dict[int, Tariff],
    cleared: ByTariff,
) -> list[Line]:
    with connection.cursor(row_factory=class_row(LedgerRow)) as cursor:
        rows = cursor.execute(queries.LEDGER, (member.member_id, *span_of(month))).fetchall()
    lines = []
    for (kind, unit, *key), group in groupby(rows, key=_fact):
        meter_id, tariff_id = key
        lines.append(
            _line(
                kind_named(kind),
                Unit(unit),
                list(group),
                tariffs.get(tariff_id),
                cleared.get((meter_id, tariff_id)),
            )
        )
    return sorted(lines, key=_place)


def _line(
    kind: EntryKind,
    unit: Unit,
    rows: Sequence[LedgerRow],
    tariff: Tariff | None,
    cleared: Cleared | None,
) -> Line:
    days = tuple(
        _day_part(day, list(group)) for day, group in groupby(rows, key=lambda row: row.day)
    )
    taken_back = [row for row in rows if row.is_reversal]
    amount = sum(day.amount for day in days)
    return Line(
        meter=rows[0].serial,
        kind=kind,
        unit=unit,
        terms=_terms(tariff) if tariff else None,
        energy_wh=sum(day.energy_wh for day in days),
        amount=amount,
        half_hours=sum(day.half_hours for day in days),
        taken_back=sum(row.entries for row in taken_back),
        taken_back_amount=sum(row.amount for row in taken_back),
        formula=formula_of(kind, amount, days, tariff, cleared),
    )


def _fact(row: LedgerRow) -> tuple[str, str, int, int]:
    """What makes a line: transfers of no settlement rest on no tariff."""
    return row.kind, row.unit, row.meter_id, row.tariff_id or NO_TARIFF


def _day_part(day: date, rows: Sequence[LedgerRow]) -> DayPart:
    """What stands of a day once its reversals are taken off."""
    signed = [(-1 if row.is_reversal else 1, row) for row in rows]
    return DayPart(
        day,
        half_hours=sum(sign * row.entries for sign, row in signed),
        energy_wh=sum(sign * row.energy_wh for sign, row in signed),
        amount=sum(row.amount for row in rows),
    )


def _terms(tariff: Tariff) -> Terms:
    scheme = scheme_named(tariff.scheme)
    return Terms(tariff.name, tariff.valid_from, scheme.title, scheme.pilot)


def _place(line: Line) -> tuple[bool, int, str, date]:
    """Money first, then by kind, meter and tariff."""
    valid_from = line.terms.valid_from if line.terms else date.min
    return line.unit is not Unit.USD, KINDS[line.kind], line.meter, valid_from
