"""A tariff as an operator types it: texts in a form, and the terms that they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peergrid.dashboard.typed import (
    KILO,
    PER_CENT_PPM,
    day_of,
    half_hour_of,
    shown,
    shown_time,
    whole_of,
)
from peergrid.dashboard.words import format_price
from peergrid.errors import Invalid
from peergrid.money import MICROS, format_usd
from peergrid.wire import BlockRow, CreditRow, TariffTerms, TimeRow
from peergrid.wire.tariffs import TariffPrices

YEAR_ENDS = {"kept": "Kept", "lost": "Lost", "paid": "Paid out"}
DAYS = {"every day": "Every day", "weekdays": "Weekdays", "weekends": "Weekends"}


@dataclass(frozen=True)
class TypedBlock:
    """A step of a month's energy; no ``up_to`` [kWh]: without end. ``price``: [US$/kWh]."""

    up_to: str = ""
    price: str = ""


@dataclass(frozen=True)
class TypedTime:
    """What a kWh costs ``more`` [US$] from a time of day until another."""

    name: str = ""
    first: str = ""
    end: str = ""
    more: str = ""
    on: str = "every day"


@dataclass(frozen=True)
class Typed:
    """All settings of a tariff: shares in per cent, prices in US$, energy in kWh, power in kW."""

    name: str = ""
    valid_from: str = ""
    scheme: str = ""
    blocks: tuple[TypedBlock, ...] = (TypedBlock(),)
    levy: str = "0"
    vat: str = "0"
    fixed: str = "0"
    feed_in: str = "0"
    credit_ratio: str = "0"
    rolls_over: bool = True
    year_end: str = "kept"
    paid: str = "0"
    cap: str = ""
    halfway: str = "50"
    compensation: str = "0"
    times: tuple[TypedTime, ...] = ()


def typed_of(prices: TariffPrices, scheme: str, name: str, valid_from: date) -> Typed:
    """A form filled in with the terms of a tariff, under that name and first day."""
    return Typed(
        name=name,
        valid_from=valid_from.isoformat(),
        scheme=scheme,
        blocks=tuple(
            TypedBlock(
                "" if block.up_to_wh is None else shown(block.up_to_wh, KILO),
                shown(block.price_micros_per_kwh, MICROS),
            )
            for block in prices.blocks
        ),
        levy=shown(prices.levy_ppm, PER_CENT_PPM),
        vat=shown(prices.vat_ppm, PER_CENT_PPM),
        fixed=shown(prices.fixed_micros_per_month, MICROS),
        feed_in=shown(prices.feed_in_micros_per_kwh, MICROS),
        credit_ratio=shown(prices.credit_ratio_ppm, PER_CENT_PPM),
        rolls_over=prices.credit.rolls_over,
        year_end=prices.credit.year_end,
        paid=shown(prices.credit.paid_micros_per_kwh, MICROS),
        cap="" if prices.credit.cap_w is None else shown(prices.credit.cap_w, KILO),
        halfway=shown(prices.halfway_ppm, PER_CENT_PPM),
        compensation=shown(prices.compensation_ppm, PER_CENT_PPM),
        times=tuple(
            TypedTime(
                time.name,
                shown_time(time.first),
                shown_time(time.end),
                shown(time.micros_per_kwh, MICROS),
                time.on,
            )
            for time in prices.times
        ),
    )


def terms_of(typed: Typed) -> TariffTerms:
    """What a form says; the API judges whether it makes a tariff. Raises Invalid for no number."""
    if not typed.name.strip():
        raise Invalid("Name: give the tariff a name.")
    return TariffTerms(
        name=typed.name.strip(),
        valid_from=day_of(typed.valid_from, "First day"),
        scheme=typed.scheme,
        blocks=[_block(block, f"Block {i}") for i, block in enumerate(typed.blocks, 1)],
        levy_ppm=whole_of(typed.levy, PER_CENT_PPM, "Levy"),
        vat_ppm=whole_of(typed.vat, PER_CENT_PPM, "VAT"),
        fixed_micros_per_month=whole_of(typed.fixed, MICROS, "Fixed charge"),
        feed_in_micros_per_kwh=whole_of(typed.feed_in, MICROS, "Feed-in price"),
        credit_ratio_ppm=whole_of(typed.credit_ratio, PER_CENT_PPM, "Credit ratio"),
        credit=_credit(typed),
        halfway_ppm=whole_of(typed.halfway, PER_CENT_PPM, "Halfway"),
        compensation_ppm=whole_of(typed.compensation, PER_CENT_PPM, "Compensation"),
        times=[_time(time, f"Time {i}") for i, time in enumerate(typed.times, 1)],
    )


def _block(typed: TypedBlock, what: str) -> BlockRow:
    up_to_wh = whole_of(typed.up_to, KILO, f"{what}, up to") if typed.up_to.strip() else None
    return BlockRow(
        up_to_wh=up_to_wh,
        price_micros_per_kwh=whole_of(typed.price, MICROS, f"{what}, price"),
    )


def _credit(typed: Typed) -> CreditRow:
    terms = {
        "rolls_over": typed.rolls_over,
        "year_end": typed.year_end,
        "paid_micros_per_kwh": whole_of(typed.paid, MICROS, "Price of credit"),
        "cap_w": whole_of(typed.cap, KILO, "Cap of credit") if typed.cap.strip() else None,
    }
    return CreditRow.model_validate(terms)


def _time(typed: TypedTime, what: str) -> TimeRow:
    if not typed.name.strip():
        raise Invalid(f"{what}: give it a name, such as evening.")
    terms = {
        "name": typed.name.strip(),
        "first": half_hour_of(typed.first, f"{what}, from"),
        "end": half_hour_of(typed.end, f"{what}, until"),
        "micros_per_kwh": whole_of(typed.more, MICROS, f"{what}, price"),
        "on": typed.on,
    }
    return TimeRow.model_validate(terms)


def told(prices: TariffPrices) -> list[str]:
    """The terms of a tariff, one in a line; what makes no difference is left out."""
    credit = prices.credit
    lines = [
        *_blocks(prices.blocks),
        f"Levy {_share(prices.levy_ppm)}, VAT {_share(prices.vat_ppm)}",
        f"Sold to the grid: {format_price(prices.feed_in_micros_per_kwh)} a kWh",
        f"Energy credit: {_share(prices.credit_ratio_ppm)} of what is sent out,"
        f" {'carried over' if credit.rolls_over else 'lost'} at a month's end,"
        f" {YEAR_ENDS[credit.year_end].lower()} at a year's end",
        f"Neighbours meet {_share(prices.halfway_ppm)} of the way from the grid's buying price to"
        " its selling price",
    ]
    if prices.fixed_micros_per_month:
        lines.append(f"Fixed charge {format_usd(prices.fixed_micros_per_month)} a month")
    if credit.paid_micros_per_kwh:
        lines.append(f"Credit is paid at {format_price(credit.paid_micros_per_kwh)} a kWh")
    if credit.cap_w:
        lines.append(f"No credit for what is sent out above {shown(credit.cap_w, KILO)} kW")
    if prices.compensation_ppm:
        lines.append(f"Compensation {_share(prices.compensation_ppm)}")
    lines += [
        f"{time.name}, {shown_time(time.first)} to {shown_time(time.end)} on {time.on}:"
        f" {format_price(time.micros_per_kwh)} more a kWh"
        for time in prices.times
    ]
    return lines


def _blocks(blocks: Sequence[BlockRow]) -> list[str]:
    lines, reached = [], "0"
    for block in blocks:
        price = format_price(block.price_micros_per_kwh)
        if block.up_to_wh is None:
            lines.append(f"Above {reached} kWh a month: {price} a kWh")
            continue
        up_to = shown(block.up_to_wh, KILO)
        lines.append(f"{reached} to {up_to} kWh a month: {price} a kWh")
        reached = up_to
    return lines


def _share(ppm: int) -> str:
    return f"{shown(ppm, PER_CENT_PPM)} %"
