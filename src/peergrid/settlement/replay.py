"""Settle a month again, on paper: under another scheme or another tariff; nothing is written."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from peergrid.errors import Invalid
from peergrid.market.clearing import Clearings, clearings
from peergrid.market.schemes import plain_terms, scheme_named
from peergrid.market.tariff import Tariff
from peergrid.money import Whole
from peergrid.settlement.settled_month import SUMMED, SettledMonth, Sums


def replay(settled: SettledMonth, tariffs: Sequence[Tariff]) -> dict[int, Sums]:
    """What each meter's month would come to under ``tariffs``, by meter id.

    It starts from what was booked before the month, whatever scheme is asked for: each meter at
    its first block, with the energy credit it had left. So under a scheme that earns no credit,
    what was left is used up first, as it would be had the scheme changed with that month.
    Raises Invalid for a day without a tariff.
    """
    total = np.zeros((len(SUMMED), len(settled.counted.meter_ids)), np.int64)
    terms = plain_terms(len(settled.counted.meter_ids))
    try:
        for outcome in clearings(settled.counted, settled.standings, tariffs, terms):
            total += _summed(outcome)
    except ValueError as error:
        raise Invalid(f"This month cannot be replayed: {error}.") from error
    meter_ids = settled.counted.meter_ids.tolist()
    return {
        meter_id: Sums(*amounts)
        for meter_id, amounts in zip(meter_ids, total.T.tolist(), strict=True)
    }


def _summed(outcome: Clearings) -> Whole:
    shares = outcome.shares
    flows = {
        "import_wh": shares.flows.import_wh,
        "export_wh": shares.flows.export_wh,
        "bought_wh": shares.flows.bought_wh,
        "sold_wh": shares.flows.sold_wh,
    }
    each = (flows[name] if name in flows else shares.of(name) for name in SUMMED)
    return np.array([energy.sum(axis=0) for energy in each])


def under(settled: SettledMonth, scheme: str) -> list[Tariff]:
    """The tariffs as they were, under another scheme. Raises Invalid if there is none such."""
    try:
        scheme_named(scheme)
    except ValueError as error:
        raise Invalid(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
    return [tariff.under(scheme) for tariff in settled.tariffs]


def instead(settled: SettledMonth, tariff: Tariff) -> list[Tariff]:
    """One tariff for all of the month, whenever it is to begin."""
    return [replace(tariff, valid_from=min(tariff.valid_from, settled.month))]


def total_of(sums: dict[int, Sums]) -> Sums:
    """All meters together."""
    return sum(sums.values(), Sums())
