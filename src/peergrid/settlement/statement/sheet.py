"""A statement as CSV: every figure and every input of every formula, for a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from peergrid.files.table import calm
from peergrid.money import MICROS, Unit
from peergrid.settlement.statement.month import Line, MeterMonth, Statement
from peergrid.settlement.statement.telling import told
from peergrid.words.catalogue import Catalogue

COLUMNS = (
    *("record", "meter", "name", "unit", "value", "energy_wh", "tariff", "valid_from"),
    *("half_hours", "taken_back", "taken_back_value", "explanation"),
)
COUNTED = (
    *("import_wh", "export_wh", "generation_wh"),
    *("measured", "estimated", "missing", "trued_up"),
)
CLEARED = ("bought_wh", "sold_wh", "grid_import_wh", "grid_export_wh", "settled")
type Row = Mapping[str, object]


def sheet_of(statement: Statement, words: Catalogue) -> str:
    """A row a figure; money in dollars to the micro, energy in Wh.

    A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV
    Injection).
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in _rows(statement, words):
        writer.writerow({column: _cell(value) for column, value in row.items()})
    return out.getvalue()


def _cell(value: object) -> object:
    return calm(value) if isinstance(value, str) else value


def _rows(statement: Statement, words: Catalogue) -> Iterator[Row]:
    member = statement.member
    for name, value in (
        ("member", member.name),
        ("community", member.community),
        ("month", f"{statement.month:%Y-%m}"),
        ("settled_until", statement.settled_until.isoformat()),
    ):
        yield {"record": "statement", "name": name, "value": value}
    for meter in statement.meters:
        yield from _meter_rows(meter)
    for unit, amount in statement.opening.items():
        yield {"record": "opening", **_value(unit, amount)}
    for line in statement.lines:
        yield from _line_rows(line, words)
    for unit, amount in statement.closing.items():
        yield {"record": "closing", **_value(unit, amount)}


def _meter_rows(meter: MeterMonth) -> Iterator[Row]:
    for record, names, source in (
        ("counted", COUNTED, meter.counted),
        ("cleared", CLEARED, meter),
    ):
        for name in names:
            unit = "Wh" if name.endswith("_wh") else "half hours"
            value = getattr(source, name)
            yield {
                "record": record,
                "meter": meter.serial,
                "name": name,
                "unit": unit,
                "value": value,
            }


def _line_rows(line: Line, words: Catalogue) -> Iterator[Row]:
    told_line = told(line, words)
    terms = {"tariff": line.terms.name, "valid_from": line.terms.valid_from} if line.terms else {}
    key = {"meter": line.meter, **terms}
    yield {
        "record": "line",
        **key,
        "name": line.kind.value,
        **_value(line.unit, line.amount),
        "energy_wh": line.energy_wh,
        "half_hours": line.half_hours,
        "taken_back": line.taken_back,
        "taken_back_value": _value(line.unit, line.taken_back_amount)["value"],
        "explanation": " | ".join((told_line.sentence, *told_line.steps)),
    }
    for path, value in _inputs(asdict(line.formula)):
        name = f"{line.kind.value}.{path}"
        yield {"record": "input", **key, "name": name, "value": value}


def _value(unit: Unit, amount: int) -> dict[str, object]:
    if unit is Unit.USD:
        return {"unit": "USD", "value": Decimal(amount) / MICROS}
    return {"unit": "Wh", "value": amount}


def _inputs(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every number of a formula by where it stands in it."""
    if isinstance(value, Mapping):
        named = value.items()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        named = dict(enumerate(value, start=1)).items()
    else:
        yield path, value.isoformat() if isinstance(value, date) else value
        return
    for name, part in named:
        yield from _inputs(part, f"{path}.{name}" if path else str(name))
