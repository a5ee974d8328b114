"""Numbers and days as a person reads them, written in one place."""

from datetime import date, datetime

from peergrid.dashboard.preferences import preferences, t
from peergrid.energy import LOCAL_ZONE, local_day
from peergrid.money import Unit, divide, format_usd
from peergrid.words.catalogue import Language, catalogue_of, screens_of
from peergrid.words.figures import format_amount

PERCENT = 100


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


def day_said(language: Language, day: date) -> str:
    """A day of the week and of the month.

    >>> day_said(Language.ENGLISH, date(2026, 9, 1))
    'Tuesday 1 September'
    """
    say = screens_of(language).say
    return say(
        "day_name",
        weekday=say(f"weekday_{day.isoweekday()}"),
        day=day.day,
        month=catalogue_of(language).say(f"month_{day.month}"),
    )


def month_said(language: Language, month: date) -> str:
    """A month and its year.

    >>> month_said(Language.SHONA, date(2026, 9, 1))
    'Gunyana 2026'
    """
    say = catalogue_of(language).say
    return say("month_name", month=say(f"month_{month.month}"), year=month.year)


def format_day(day: date) -> str:
    return day_said(preferences().language, day)


def format_month(month: date) -> str:
    return month_said(preferences().language, month)


def format_time(instant: datetime) -> str:
    """The local time of day of an instant."""
    return f"{instant.astimezone(LOCAL_ZONE):%H:%M}"


def format_instant(instant: datetime | None) -> str:
    """A local day and time, or ``never``, in little room."""
    if instant is None:
        return t("never")
    day = local_day(instant)
    month = catalogue_of(preferences().language).say(f"month_{day.month}")
    return f"{day.day} {month[:3]} {format_time(instant)}"


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


def format_change(now: int, then: int) -> str:
    """How much more or less than then, in per cent."""
    if not then:
        return t("same") if not now else t("none_before")
    percent = divide(abs(now - then) * PERCENT, then)
    if not percent:
        return t("same")
    return t("more" if now > then else "less", percent=f"{percent:,}")


def format_place(until: date | datetime) -> str:
    """A time of day, or a day."""
    return format_time(until) if isinstance(until, datetime) else format_day(until)
