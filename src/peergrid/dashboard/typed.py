"""Numbers, days and times of day as people type them, and as they are shown to be typed over."""

import re
from datetime import date
from decimal import Decimal

from peergrid.errors import Invalid

PER_CENT_PPM = 10_000  # parts of a million in one
KILO = 1_000
MOST = 10**12  # beyond every limit: what the API takes as a number at all
NUMBER = re.compile(r"-?\d{1,12}([.,]\d{1,12})?", re.ASCII)
TIME = re.compile(r"(\d{1,2}):(00|30)")
HALVES = 2  # of an hour
FIRST_DAY, LAST_DAY = date(2000, 1, 2), date(2100, 12, 1)


def whole_of(typed: str, of_one: int, what: str) -> int:
    """A number of things, each of which is ``of_one`` whole parts: what was typed in those parts.

    >>> whole_of("0.1645", 1_000_000, "Price"), whole_of(" 15,5 ", PER_CENT_PPM, "VAT")
    (164500, 155000)

    Raises Invalid for what is no number, or is finer than its parts.
    """
    if not NUMBER.fullmatch(typed.strip()):
        raise Invalid(f"{what}: write a number, such as 0.16.")
    parts = Decimal(typed.strip().replace(",", ".")) * of_one
    if parts != parts.to_integral_value() or abs(parts) > MOST:
        least = shown(1, of_one)
        raise Invalid(f"{what}: {typed.strip()} is too large, or finer than {least}.")
    return int(parts)


def shown(parts: int, of_one: int) -> str:
    """What ``whole_of`` reads back.

    >>> shown(164_500, 1_000_000), shown(60_000, PER_CENT_PPM), shown(50_000, KILO)
    ('0.1645', '6', '50')
    """
    written = f"{Decimal(parts) / of_one:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def day_of(typed: str, what: str) -> date:
    """A day as the form writes it. Raises Invalid for anything else.

    >>> day_of("2026-10-01", "First day")
    datetime.date(2026, 10, 1)
    """
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid(f"{what}: write a day as year-month-day, such as 2026-10-01.") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(f"{what}: choose a day from {FIRST_DAY} to {LAST_DAY}.")
    return day


def half_hour_of(typed: str, what: str) -> int:
    """Half hours from midnight until a time of day. Raises Invalid for anything else.

    >>> half_hour_of("18:30", "From"), half_hour_of("24:00", "Until")
    (37, 48)
    """
    found = TIME.fullmatch(typed.strip())
    if not found or int(found[1]) * HALVES > 24 * HALVES:
        raise Invalid(f"{what}: write a full or half hour, such as 18:00 or 18:30.")
    return int(found[1]) * HALVES + (found[2] == "30")


def shown_time(half_hour: int) -> str:
    """What ``half_hour_of`` reads back.

    >>> shown_time(37)
    '18:30'
    """
    return f"{half_hour // HALVES:02}:{'30' if half_hour % HALVES else '00'}"
