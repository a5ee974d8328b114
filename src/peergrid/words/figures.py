"""Energies and amounts as a person reads them, the same in every language."""

from peergrid.money import WH_PER_KWH, Unit, divide, format_usd

MICRO_DIGITS = 6
WH_DIGITS = 3


def format_kwh(energy_wh: int, digits: int = 2) -> str:
    """An energy [Wh] in kWh, to ``digits`` decimals (1 to 3).

    >>> format_kwh(12_345), format_kwh(-5), format_kwh(1_234_560), format_kwh(1_234, 3)
    ('12.35 kWh', '-0.01 kWh', '1,234.56 kWh', '1.234 kWh')
    """
    scale = 10**digits
    whole, fraction = divmod(divide(abs(energy_wh) * scale, WH_PER_KWH), scale)
    sign = "-" if energy_wh < 0 and (whole or fraction) else ""
    return f"{sign}{whole:,}.{fraction:0{digits}} kWh"


def format_amount(unit: Unit, amount: int) -> str:
    """An amount [micros or Wh] to the cent or the hundredth of a kWh."""
    return format_usd(amount) if unit is Unit.USD else format_kwh(amount)


def format_exactly(unit: Unit, amount: int) -> str:
    """An amount with every digit it has.

    >>> format_exactly(Unit.USD, -1_234_567), format_exactly(Unit.WH_CREDIT, 1_500)
    ('-US$1.234567', '1.500 kWh')
    """
    if unit is Unit.USD:
        return format_usd(amount, MICRO_DIGITS)
    return format_kwh(amount, WH_DIGITS)


def format_parts(parts_per_million: int) -> str:
    """A share of one in per cent.

    >>> format_parts(60_000), format_parts(800_000), format_parts(125)
    ('6 %', '80 %', '0.0125 %')
    """
    percent, rest = divmod(parts_per_million, 10_000)
    decimals = f".{rest:04}".rstrip("0").rstrip(".")
    return f"{percent}{decimals} %"
