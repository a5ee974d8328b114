"""The pieces a printed statement is made of: letters, tables, the foot of a page."""

from collections.abc import Sequence
from functools import cache
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, Table

PLAIN, BOLD = "Vera", "VeraBd"  # free fonts that ReportLab brings
INK, QUIET = HexColor("#1D2125"), HexColor("#5A6068")
LINE, SUN, SUN_SOFT = HexColor("#E5DFD1"), HexColor("#F2A31B"), HexColor("#FFF1D6")
MARGIN = 18 * mm
FRAME = 6  # points that ReportLab leaves within the margins
WIDTH = A4[0] - 2 * MARGIN
LEADING = 1.35
FLUSH = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
RULES = [
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
    ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("LEFTPADDING", (1, 0), (-1, -1), 8),
]

type Cell = Flowable | Sequence[Flowable]


@cache
def letters() -> None:
    """Make the fonts known; they are embedded with the letters that are used."""
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


@cache
def style(
    size: float, *, bold: bool = False, right: bool = False, quiet: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        "",
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size * LEADING,
        textColor=QUIET if quiet else INK,
        alignment=TA_RIGHT if right else TA_LEFT,
    )


def written(text: str, look: ParagraphStyle) -> Paragraph:
    """A text as it is: ReportLab would take what looks like markup for markup."""
    return Paragraph(escape(text), look)


def grid(rows: Sequence[Sequence[Cell]], widths: Sequence[float]) -> Table:
    """Rows with a hair line below each; ``widths`` are shares of the page's."""
    total = sum(widths)
    columns = [WIDTH * width / total for width in widths]
    return Table([list(row) for row in rows], columns, style=RULES, repeatRows=1)


def side_by_side(left: Cell, right: Cell, share: float, *more: tuple[object, ...]) -> Table:
    """Two pieces, the left one taking ``share`` of the width."""
    look = [*FLUSH, ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *more]
    return Table([[left, right]], [WIDTH * share, WIDTH * (1 - share)], style=look)
