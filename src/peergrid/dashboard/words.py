"""Numbers and days as a person reads them, written in one place."""

from datetime import date, datetime

from peergrid.energy import LOCAL_ZONE, local_day
from peergrid.money import Unit, format_usd
from peergrid.words.figures import format_amount


def format_signed(unit: Unit, amount: int) -> str:
    """An amount that comes in or goes out, with its sign.

    >>> format_signed(Unit.USD, 1_230_000), format_signed(Unit.WH_CREDIT, -400)
    ('+US$1.23', '-0.40 kWh')
    >>> format_signed(Unit.USD, 4_000)  # less than half a cent
    'US$0.00'
    """
    shown = format_amount(unit, amount)
    return f"+{shown}" if amount > 0 and shown != format_amount(unit, 0) else shown


def format_price(micros_per_kwh: int | None) -> str:
    """A price [micros/kWh], or a hyphen where nothing changed hands.

    >>> format_price(164_500), format_price(None)
    ('US$0.1645', '-')
    """
    return "-" if micros_per_kwh is None else format_usd(micros_per_kwh, 4)


def format_day(day: date) -> str:
    """A day of the week and of the month.

    >>> format_day(date(2026, 9, 1))
    'Tuesday 1 September'
    """
    return f"{day:%A} {day.day} {day:%B}"


def format_month(month: date) -> str:
    return f"{month:%B %Y}"


def format_time(instant: datetime) -> str:
    """The local time of day of an instant."""
    return f"{instant.astimezone(LOCAL_ZONE):%H:%M}"


def format_instant(instant: datetime | None) -> str:
    """A local day and time, or ``never``, in little room."""
    if instant is None:
        return "never"
    day = local_day(instant)
    return f"{day.day} {day:%b} {format_time(instant)}"


def format_hour(instant: datetime) -> float:
    """How many hours of its local day lie before an instant."""
    local = instant.astimezone(LOCAL_ZONE)
    return local.hour + local.minute / 60


def count_of(number: int, noun: str) -> str:
    """A number of things.

    >>> count_of(1, "meter"), count_of(3, "meter")
    ('1 meter', '3 meters')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
