"""How each figure of My energy came about: the formula with its inputs, in the member's words."""

from peergrid import wire
from peergrid.dashboard.energies import Energies
from peergrid.dashboard.preferences import t
from peergrid.dashboard.words import format_price
from peergrid.money import format_usd, price_micros_per_kwh
from peergrid.words.figures import format_kwh

MICRO_DIGITS = 6
WH_DIGITS = 3

type Steps = list[str]


def _kwh(energy_wh: int) -> str:
    return format_kwh(energy_wh, WH_DIGITS)


def _usd(micros: int) -> str:
    return format_usd(micros, MICRO_DIGITS)


def _foot(shown: Energies) -> Steps:
    if shown.settled_readings == shown.readings:
        return []
    return [t("how_settled", settled=shown.settled_readings, count=shown.readings)]


def of_generation(shown: Energies) -> Steps:
    return [t("how_counted", count=shown.readings)]


def of_self_consumption(shown: Energies) -> Steps:
    total = shown.total
    plain = total.generation_wh - total.export_wh == total.self_consumed_wh
    return [
        t(
            "how_used_at_home" if plain else "how_used_at_home_clamped",
            generated=_kwh(total.generation_wh),
            exported=_kwh(total.export_wh),
            result=_kwh(total.self_consumed_wh),
        )
    ]


def of_export(shown: Energies) -> Steps:
    total = shown.total
    return [
        t(
            "how_sent_out",
            exported=_kwh(total.export_wh),
            sold=_kwh(total.sold_wh),
            grid=_kwh(total.grid_export_wh),
            waiting=_kwh(total.export_wh - total.sold_wh - total.grid_export_wh),
        ),
        *_foot(shown),
    ]


def of_import(shown: Energies) -> Steps:
    total = shown.total
    return [
        t(
            "how_drawn",
            drawn=_kwh(total.import_wh),
            bought=_kwh(total.bought_wh),
            grid=_kwh(total.grid_import_wh),
            waiting=_kwh(total.import_wh - total.bought_wh - total.grid_import_wh),
        ),
        *_foot(shown),
    ]


def of_demand(shown: Energies) -> Steps:
    total = shown.total
    return [
        t(
            "how_used",
            drawn=_kwh(total.import_wh),
            own=_kwh(total.self_consumed_wh),
            result=_kwh(total.demand_wh),
        )
    ]


def of_earnings(shown: Energies) -> Steps:
    total = shown.total
    return [
        t(
            "how_earned",
            earned=_usd(total.earned_micros),
            sold=_kwh(total.sold_wh),
            feed_in=_usd(total.feed_in_micros),
            grid=_kwh(total.grid_export_wh),
            result=_usd(total.earned_micros + total.feed_in_micros),
        ),
        *_priced(total.earned_micros, total.sold_wh),
        *_foot(shown),
    ]


def of_credit(shown: Energies) -> Steps:
    total = shown.total
    sent_wh = total.sold_wh + total.grid_export_wh
    result = _kwh(total.credit_earned_wh)
    return [t("how_credit", exported=_kwh(sent_wh), result=result), *_foot(shown)]


def of_spending(shown: Energies) -> Steps:
    total = shown.total
    spent = spent_micros(total)
    return [
        t(
            "how_spent",
            paid=_usd(total.paid_micros),
            retail=_usd(total.retail_micros),
            levy=_usd(total.levy_micros),
            result=_usd(spent),
        ),
        *_priced(spent, total.bought_wh + total.grid_import_wh),
        *_foot(shown),
    ]


def spent_micros(total: wire.Energy) -> int:
    return total.paid_micros + total.retail_micros + total.levy_micros


def _priced(micros: int, energy_wh: int) -> Steps:
    mean = price_micros_per_kwh(micros, energy_wh)
    return [] if mean is None else [t("how_priced", price=format_price(mean))]
