"""What a payout costs, and how large it may be: dated, so that a change is a line, not an edit.

The provider asks its fee, and the tax on transfers, of whoever sends. A payout takes both out of
the amount that its member asks for, and tells all three beforehand.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from peergrid.errors import Conflict, Invalid
from peergrid.money import MICROS, PARTS, divide, format_usd

CENT = MICROS // 100  # [micros]; mobile money knows nothing smaller


class MobileMoney(StrEnum):
    """Whose mobile wallet."""

    ECOCASH = "ecocash"
    INNBUCKS = "innbucks"


class Dated(Protocol):
    @property
    def valid_from(self) -> date: ...


@dataclass(frozen=True)
class Fee:
    """What a service asks of the sum sent [parts per million]."""

    valid_from: date
    ppm: int


@dataclass(frozen=True)
class TransferTax:
    """Tax on a transfer in US dollars [parts per million] if it is above a sum [micros]."""

    valid_from: date
    ppm: int
    above_micros: int


@dataclass(frozen=True)
class Limits:
    """The least and the most a member may ask for at once [micros]."""

    valid_from: date
    least_micros: int
    most_micros: int


FEES: dict[MobileMoney, Sequence[Fee]] = {
    # Send 1.3 %: chronicle.co.zw and newsdzezimbabwe.co.uk, 23 January 2023.
    MobileMoney.ECOCASH: (Fee(date(2023, 1, 1), 13_000),),
    # 1 % up to US$5 and 3 % above: zimpricecheck.com, January 2023. We take the 2 points above
    # US$5 to be the transfer tax, which is in force for all: an assumption.
    MobileMoney.INNBUCKS: (Fee(date(2023, 1, 1), 10_000),),
}
# Intermediated money transfer tax: 2 % of transfers above US$5, EcoCash's notice of January 2023;
# kept for foreign currency in 2026 (Xinhua, 27 November 2025).
TAXES: Sequence[TransferTax] = (TransferTax(date(2023, 1, 1), 20_000, 5 * MICROS),)
# No published limit after 2023 was found: assumptions. One dollar, since fees favour fewer, larger
# payouts; five hundred, so that one mistake or theft stays bounded.
LIMITS: Sequence[Limits] = (Limits(date(2023, 1, 1), MICROS, 500 * MICROS),)


@dataclass(frozen=True)
class Quote:
    """What becomes of an amount asked for, all [micros]; the cents' remainder is not taken."""

    service: MobileMoney
    amount_micros: int
    received_micros: int
    fee_micros: int
    tax_micros: int

    @property
    def taken_micros(self) -> int:
        """What leaves the balance [micros], at most the amount.

        It is less by under three cents, or by what one more cent would cost in transfer tax.
        """
        return self.received_micros + self.fee_micros + self.tax_micros


def quote(service: MobileMoney, amount_micros: int, day: date) -> Quote:
    """The most whole cents that can be received for an amount on a local day.

    Raises Invalid for an amount outside the limits, and Conflict before the first known charges.

    >>> asked = quote(MobileMoney.ECOCASH, 10_000_000, date(2026, 9, 1))
    >>> asked.received_micros, asked.fee_micros, asked.tax_micros  # 9.68 + 0.13 + 0.19
    (9680000, 130000, 190000)
    """
    limits = _on(LIMITS, day)
    if not limits.least_micros <= amount_micros <= limits.most_micros:
        least, most = format_usd(limits.least_micros), format_usd(limits.most_micros)
        raise Invalid(f"A payout is at least {least} and at most {most}.")
    fee, tax = _on(FEES[service], day), _on(TAXES, day)

    def received(cents: int) -> Quote:
        sent = cents * CENT
        owed = tax.ppm if sent > tax.above_micros else 0
        return Quote(service, amount_micros, sent, _charge(sent, fee.ppm), _charge(sent, owed))

    sums = range(amount_micros // CENT + 1)
    cents = bisect_right(sums, amount_micros, key=lambda one: received(one).taken_micros) - 1
    return received(cents)


def _charge(sent_micros: int, ppm: int) -> int:
    """A charge [micros] in whole cents, to the nearest: no rule was found, an assumption."""
    return divide(sent_micros * ppm, PARTS * CENT) * CENT


def _on[D: Dated](settings: Sequence[D], day: date) -> D:
    """The newest that is valid on ``day``."""
    valid = [one for one in settings if one.valid_from <= day]
    if not valid:
        raise Conflict(f"What a payout costs on {day} is not known.")
    return max(valid, key=lambda one: one.valid_from)
