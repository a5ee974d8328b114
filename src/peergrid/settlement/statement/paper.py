"""A statement as a PDF to print: A4, one page for most members."""

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer, Table

from peergrid.energy import LOCAL_ZONE
from peergrid.money import MICROS, Unit, divide, format_usd
from peergrid.settlement.statement.drawing import (
    FLUSH,
    FRAME,
    MARGIN,
    PLAIN,
    QUIET,
    SUN,
    SUN_SOFT,
    WIDTH,
    Cell,
    grid,
    letters,
    side_by_side,
    style,
    written,
)
from peergrid.settlement.statement.month import Line, MeterMonth, Rate, Statement
from peergrid.settlement.statement.telling import told
from peergrid.words.catalogue import Catalogue
from peergrid.words.figures import WH_DIGITS, format_exactly, format_kwh

TEXT, NUMBER = style(8.5), style(8.5, right=True)
STRONG, STRONG_NUMBER = style(8.5, bold=True), style(8.5, bold=True, right=True)
HEAD, HEAD_NUMBER = style(7, quiet=True), style(7, quiet=True, right=True)
SECTION, NOTE = style(10.5, bold=True), style(7, quiet=True)
ENERGIES = ("import", "export", "generation")
QUALITIES = ("measured", "estimated", "trued_up")
FLOWS = ("bought", "grid_import", "sold", "grid_export")
ACCOUNTS = {Unit.USD: ("money", "US$"), Unit.WH_CREDIT: ("credit", "kWh")}

type Rows = list[list[Flowable]]


def paper_of(statement: Statement, words: Catalogue) -> bytes:
    """The statement as a PDF file; the same statement gives the same bytes."""
    letters()
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN - FRAME,
        rightMargin=MARGIN - FRAME,
        topMargin=14 * mm,
        bottomMargin=16 * mm,
        title=f"PeerGrid {statement.month:%Y-%m}",
        author="PeerGrid",
        lang=words.language.value,
        invariant=1,
    )

    def foot(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setFont(PLAIN, NOTE.fontSize)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, 9 * mm, f"PeerGrid · {statement.member.community}")
        page = words.say("page", page=canvas.getPageNumber())
        canvas.drawRightString(A4[0] - MARGIN, 9 * mm, page)

    paper.build(_story(statement, words), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _story(statement: Statement, words: Catalogue) -> list[Flowable]:
    story = [*_heading(statement, words), *_energy(statement.meters, words)]
    for unit, (name, _) in ACCOUNTS.items():
        touched = statement.opening[unit] or any(line.unit is unit for line in statement.lines)
        if unit is Unit.USD or touched:
            story += [_section(words.say(name)), _account(statement, unit, words)]
    return [*story, *_explained(statement.lines, words), *_notes(statement, words)]


def _heading(statement: Statement, words: Catalogue) -> list[Flowable]:
    """Whose month it is, and what it comes to."""
    month = words.say(f"month_{statement.month.month}")
    named = words.say("month_name", month=month, year=statement.month.year)
    title = side_by_side(
        written("PeerGrid", style(20, bold=True)),
        written(f"{words.say('statement')} · {named}", style(12, bold=True, right=True)),
        0.35,
        ("LINEBELOW", (0, 0), (-1, -1), 2, SUN),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 10),
    )
    serials = ", ".join(meter.serial for meter in statement.meters) or "-"
    facts = (
        ("member", statement.member.name),
        ("community", statement.member.community),
        ("meter", serials),
    )
    rows = [[written(words.say(key), HEAD), written(value, TEXT)] for key, value in facts]
    who = Table(rows, [24 * mm, WIDTH * 0.62 - 24 * mm], style=FLUSH)
    pilots = {told(line, words).pilot: None for line in statement.lines}  # in order, each once
    return [
        title,
        Spacer(1, 4 * mm),
        side_by_side(
            who,
            _result(statement, words),
            0.62,
            ("BACKGROUND", (1, 0), (1, 0), SUN_SOFT),
            ("RIGHTPADDING", (1, 0), (1, 0), 10),
            ("TOPPADDING", (1, 0), (1, 0), 6),
            ("BOTTOMPADDING", (1, 0), (1, 0), 8),
        ),
        Spacer(1, 2 * mm),
        *(written(pilot, TEXT) for pilot in filter(None, pilots)),
    ]


def _result(statement: Statement, words: Catalogue) -> list[Flowable]:
    usd = statement.closing[Unit.USD]
    asked = words.say("to_pay" if usd < 0 else "yours")
    amount = format_usd(abs(usd))
    result = [written(asked, HEAD_NUMBER), written(amount, style(17, bold=True, right=True))]
    if statement.rate:
        result.append(written(_in_zig(abs(usd), statement.rate, words), HEAD_NUMBER))
    return list(result)


def _in_zig(usd_micros: int, rate: Rate, words: Catalogue) -> str:
    zig = divide(usd_micros * rate.zig_micros_per_usd, MICROS)
    amount, one = (
        f"ZiG {format_usd(micros).removeprefix('US$')}" for micros in (zig, rate.zig_micros_per_usd)
    )
    return words.say("at_rate", amount=amount, day=rate.day, rate=one)


def _energy(meters: Sequence[MeterMonth], words: Catalogue) -> list[Flowable]:
    """What was read, and where it came from and went to [kWh]."""
    counted = [
        [
            *(_kwh(getattr(meter.counted, f"{name}_wh")) for name in ENERGIES),
            *(written(f"{getattr(meter.counted, name):,}", NUMBER) for name in QUALITIES),
        ]
        for meter in meters
    ]
    cleared = [
        [
            *(_kwh(getattr(meter, f"{name}_wh")) for name in FLOWS),
            written(f"{meter.settled:,}", NUMBER),
        ]
        for meter in meters
    ]
    return [
        _section(words.say("readings")),
        _by_meter(meters, ENERGIES, QUALITIES, counted, words),
        _section(words.say("cleared")),
        _by_meter(meters, FLOWS, ("half_hours",), cleared, words),
    ]


def _by_meter(
    meters: Sequence[MeterMonth],
    energies: Sequence[str],
    counts: Sequence[str],
    figures: Rows,
    words: Catalogue,
) -> Flowable:
    head = [
        written(words.say("meter"), HEAD),
        *(
            [written(words.say(name), HEAD_NUMBER), written("kWh", HEAD_NUMBER)]
            for name in energies
        ),
        *(written(words.say(name), HEAD_NUMBER) for name in counts),
    ]
    rows = [[written(meter.serial, TEXT), *row] for meter, row in zip(meters, figures, strict=True)]
    return grid([head, *rows], [2.2, *[1.5] * len(energies), *[1.2] * len(counts)])


def _account(statement: Statement, unit: Unit, words: Catalogue) -> Flowable:
    """Opening balance, the lines with the number of their explanation, closing balance."""
    rows: Rows = [
        [
            written("", HEAD),
            written(words.say("item"), HEAD),
            written(ACCOUNTS[unit][1], HEAD_NUMBER),
        ],
        _balance(words.say("opening"), unit, statement.opening[unit], bold=False),
    ]
    for number, line in enumerate(statement.lines, start=1):
        if line.unit is unit:
            sentence = told(line, words).sentence
            if len(statement.meters) > 1:
                sentence = f"{sentence} ({line.meter})"
            amount = _amount(unit, line.amount)
            rows.append([written(str(number), HEAD), written(sentence, TEXT), amount])
    rows.append(
        _balance(
            words.say(f"closing_{ACCOUNTS[unit][0]}"), unit, statement.closing[unit], bold=True
        )
    )
    return grid(rows, [0.3, 7, 2.4])


def _balance(name: str, unit: Unit, amount: int, *, bold: bool) -> list[Flowable]:
    shown = _amount(unit, amount, bold=bold)
    return [written("", TEXT), written(name, STRONG if bold else TEXT), shown]


def _explained(lines: Sequence[Line], words: Catalogue) -> list[Flowable]:
    """The footnotes: how each amount came about."""
    if not lines:
        return [Spacer(1, 4 * mm), written(words.say("nothing"), TEXT)]
    rows: list[list[Cell]] = []
    for number, line in enumerate(lines, start=1):
        said = told(line, words)
        about = written(f"{said.sentence}. {said.terms}", NOTE)
        rows.append([written(str(number), NOTE), [about, written("; ".join(said.steps), NOTE)]])
    look = [
        *FLUSH,
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
    table = Table(rows, [6 * mm, WIDTH - 6 * mm], style=look)
    return [_section(words.say("explained")), table]


def _notes(statement: Statement, words: Catalogue) -> list[Flowable]:
    instant = f"{statement.settled_until.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"
    notes = [
        words.say("sign"),
        words.say("exact"),
        words.say("settled_until", instant=instant),
    ]
    if not words.is_reviewed:
        notes.append(words.say("not_reviewed"))
    return [Spacer(1, 3 * mm), written(" ".join(notes), NOTE)]


def _section(name: str) -> Flowable:
    look = [*FLUSH, ("TOPPADDING", (0, 0), (-1, -1), 11), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
    return Table([[written(name, SECTION)]], [WIDTH], style=look)


def _kwh(energy_wh: int) -> Flowable:
    return written(format_kwh(energy_wh, WH_DIGITS).removesuffix(" kWh"), NUMBER)


def _amount(unit: Unit, amount: int, *, bold: bool = False) -> Flowable:
    text = format_exactly(unit, amount).replace("US$", "").removesuffix(" kWh")
    return written(text, STRONG_NUMBER if bold else NUMBER)
