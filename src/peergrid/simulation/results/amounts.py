"""Values as a person reads them: kWh or GWh, US dollars, per cent."""

from dataclasses import dataclass

PREFIXES = ((1e9, "GWh"), (1e6, "MWh"), (1e3, "kWh"))  # of a Wh
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Scale:
    """How values of a unit are written: divided by ``divisor``, ``digits`` decimals, a label."""

    divisor: float
    digits: int
    label: str

    def told(self, value: float) -> str:
        """The number alone.

        >>> Scale(1e3, 1, "kWh").told(-1_234_560)
        '\N{MINUS SIGN}1,234.6'
        """
        text = f"{value / self.divisor:,.{self.digits}f}"
        zero = not text.strip("-0.,")
        return text.removeprefix("-") if zero else text.replace("-", MINUS)


SCALES = {
    "micros": Scale(1e6, 2, "US$"),
    "micros/kWh": Scale(1e4, 2, "US¢/kWh"),
    "share": Scale(0.01, 1, "%"),
    "index": Scale(1, 3, ""),
    "hours": Scale(1, 1, "hours"),
    "g": Scale(1e3, 1, "kg"),
}


USD = SCALES["micros"]
MOST_WITH_CENTS = 100_000 * 10**6  # micros


def dollars(micros: int) -> str:
    """An amount [micros] as US$, without a label; what many pay together in whole dollars.

    >>> dollars(-1_500_000), dollars(250_000_400_000)
    ('\N{MINUS SIGN}1.50', '250,000')
    """
    digits = USD.digits if abs(micros) < MOST_WITH_CENTS else 0
    return Scale(USD.divisor, digits, USD.label).told(micros)


def scale_for(unit: str, largest: float) -> Scale:
    """The scale of values of ``unit``; energies are told so that ``largest`` [Wh] reads well.

    >>> scale_for("Wh", 2_500_000).label
    'MWh'
    """
    if unit != "Wh":
        return SCALES[unit]
    divisor, label = next(
        ((size, label) for size, label in PREFIXES if abs(largest) >= size), PREFIXES[-1]
    )
    return Scale(divisor, 2 if abs(largest) < 100 * divisor else 1, label)
