"""Many intervals at once come to what one after the other comes to, under every scheme."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.energy import Interval
from peergrid.market import clearing
from peergrid.market.clearing import Clearings, clearings
from peergrid.market.metered import Metered
from peergrid.market.schemes import SCHEMES, Terms, plain_terms
from peergrid.market.shares import AMOUNTS
from peergrid.market.standing import Standing, Standings, standings_of
from peergrid.market.tariff import Block, CreditRules, Tariff, TimeOfUse, YearEnd
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import PARTS, Whole
from tests.strategies import QUICKLY, SEPTEMBER, tariffs

BEFORE_OCTOBER = Interval(datetime(2026, 9, 30, 12, tzinfo=UTC)).number
BEFORE_2027 = Interval(datetime(2026, 12, 31, 21, tzinfo=UTC)).number
BY_INTERVAL = [name for name, scheme in SCHEMES.items() if not scheme.by_month]


def counted(seed: int, first: int, rows: int, columns: int, most_wh: int = 4_000) -> Metered:
    """Readings of any kind, some missing."""
    dice = np.random.default_rng(seed)
    import_wh, export_wh = dice.integers(0, most_wh, (2, rows, columns))
    is_there = dice.random((rows, columns)) < 0.9
    side = dice.random((rows, columns)) < 0.5
    return Metered(
        np.arange(first, first + rows),
        np.arange(1, columns + 1),
        np.where(side & is_there, import_wh, 0),
        np.where(~side & is_there, export_wh, 0),
        is_there,
    )


def begun(columns: int, seed: int) -> Standings:
    dice = np.random.default_rng(seed)
    known = {
        meter_id: Standing(SEPTEMBER, *map(int, dice.integers(0, (450_000, 450_000, 9_000))))
        for meter_id in range(1, columns)
    }
    return standings_of(np.arange(1, columns + 1), known, SEPTEMBER)


def all_of(cleared: list[Clearings]) -> dict[str, Whole]:
    amounts = {name: np.concatenate([c.shares.of(name) for c in cleared]) for name in AMOUNTS}
    flows = [c.shares.flows for c in cleared]
    amounts["bought_wh"] = np.concatenate([f.bought_wh for f in flows])
    amounts["sold_wh"] = np.concatenate([f.sold_wh for f in flows])
    return amounts


def one_by_one(readings: Metered, now: Standings, dated: list[Tariff]) -> list[Clearings]:
    found = []
    for row in range(len(readings.numbers)):
        (cleared,) = clearings(readings.rows(row, row + 1), now, dated, terms(readings))
        now = cleared.after
        found.append(cleared)
    return found


def terms(readings: Metered) -> Terms:
    return plain_terms(len(readings.meter_ids))


def new(readings: Metered) -> Standings:
    return standings_of(readings.meter_ids, {}, SEPTEMBER)


@QUICKLY
@given(tariffs(), st.sampled_from(BY_INTERVAL), st.integers(0, 10**6), st.integers(1, 9))
def test_many_at_once_are_the_same_as_one_after_the_other(
    tariff: Tariff, scheme: str, seed: int, columns: int
) -> None:
    """Over the turn of a month, with a new tariff on its first day."""
    rules = CreditRules(rolls_over=bool(seed % 2), cap_w=None if seed % 3 else 2_000)
    first = replace(tariff, scheme=scheme, credit=rules, vat_ppm=150_000)
    dated = [first, replace(first, valid_from=date(2026, 10, 1), fixed_micros_per_month=3_000_001)]
    readings, now = counted(seed, BEFORE_OCTOBER, 70, columns), begun(columns, seed)

    together = list(clearings(readings, now, dated, terms(readings)))
    apart = one_by_one(readings, now, dated)

    for name, amounts in all_of(together).items():
        assert amounts.tolist() == all_of(apart)[name].tolist(), name
        assert amounts.min(initial=0) >= 0, name
    for left, right in zip(
        vars(together[-1].after).values(), vars(apart[-1].after).values(), strict=True
    ):
        assert left.tolist() == right.tolist()


@QUICKLY
@given(tariffs(), st.sampled_from(sorted(SCHEMES)), st.integers(0, 10**6), st.integers(1, 9))
def test_under_every_scheme_what_is_bought_is_sold_and_what_is_paid_is_received(
    tariff: Tariff, scheme: str, seed: int, columns: int
) -> None:
    readings = counted(seed, BEFORE_OCTOBER, 60, columns)

    cleared = list(
        clearings(readings, begun(columns, seed), [tariff.under(scheme)], terms(readings))
    )

    of = all_of(cleared)
    assert (of["bought_wh"].sum(axis=1) == of["sold_wh"].sum(axis=1)).all()
    assert (of["paid_micros"].sum(axis=1) == of["earned_micros"].sum(axis=1)).all()
    assert (of["bought_wh"] <= readings.import_wh).all()
    assert (of["sold_wh"] <= readings.export_wh).all()
    assert (of["billed_wh"] + of["credit_used_wh"] <= readings.import_wh).all()


@pytest.mark.parametrize("at_once", [1, 7, 10**6])
@pytest.mark.parametrize("scheme", BY_INTERVAL)
def test_how_many_are_worked_on_at_once_changes_nothing(
    scheme: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = counted(1, BEFORE_OCTOBER, 200, 5)
    dated = [zetdc_tariff(scheme)]
    expected = all_of(list(clearings(readings, begun(5, 1), dated, terms(readings))))

    monkeypatch.setattr(clearing, "AT_ONCE", at_once)
    found = all_of(list(clearings(readings, begun(5, 1), dated, terms(readings))))

    assert all(found[name].tolist() == expected[name].tolist() for name in expected)


def street(import_wh: list[list[int]], export_wh: list[list[int]], first: int) -> Metered:
    there = np.ones(np.shape(import_wh), np.bool_)
    numbers = np.arange(first, first + len(import_wh))
    ids = np.arange(1, there.shape[1] + 1)
    return Metered(numbers, ids, np.array(import_wh), np.array(export_wh), there)


def test_bill_sharing_of_two_homes_and_two_half_hours_is_that_of_zhou_2018() -> None:
    """Net import (-2, +1) and (+1, +1), each x 1,500 kWh: they owe 0.10 and 0.40 x 1,500."""
    flat = Tariff("flat", SEPTEMBER, "bill_sharing", (Block(None, 300_000),), 0, 0, 100_000)
    readings = street(
        [[0, 1_500_000], [1_500_000, 1_500_000]], [[3_000_000, 0], [0, 0]], BEFORE_OCTOBER
    )

    (cleared,) = clearings(readings, new(readings), [flat], terms(readings))

    assert cleared.shares.cost_micros.sum(axis=0).tolist() == [150_000_000, 600_000_000]


def test_coefficient_sharing_allocates_what_gsy_e_allocates() -> None:
    """H1 needs 200 Wh, H2 has 100 to spare: H1 gets 0.6 of them and no more."""
    readings = street([[200, 0]], [[0, 100]], BEFORE_OCTOBER)
    agreed = replace(terms(readings), coefficient_ppm=np.array([600_000, 400_000]))

    (cleared,) = clearings(readings, new(readings), [zetdc_tariff("coefficients")], agreed)

    flows = cleared.shares.flows
    assert (flows.bought_wh.tolist(), flows.grid_import_wh.tolist()) == ([[60, 0]], [[140, 0]])
    assert (flows.sold_wh.tolist(), flows.grid_export_wh.tolist()) == ([[0, 60]], [[0, 40]])


def test_coefficients_that_do_not_sum_to_one_are_refused() -> None:
    readings = street([[200, 0]], [[0, 100]], BEFORE_OCTOBER)
    agreed = replace(terms(readings), coefficient_ppm=np.array([600_000, 300_000]))

    with pytest.raises(ValueError, match="the coefficients sum to 900000 ppm"):
        list(clearings(readings, new(readings), [zetdc_tariff("coefficients")], agreed))


@pytest.mark.parametrize(
    ("rules", "kept_wh", "lost_wh", "paid_micros"),
    [
        (CreditRules(), 1_000, 0, 0),
        (CreditRules(year_end=YearEnd.LOST), 0, 1_000, 0),
        (CreditRules(year_end=YearEnd.PAID, paid_micros_per_kwh=64_000), 0, 1_000, 64_000),
        (CreditRules(rolls_over=False), 0, 1_000, 0),
    ],
)
def test_at_the_end_of_a_year_credit_is_kept_or_lost_or_paid(
    rules: CreditRules, kept_wh: int, lost_wh: int, paid_micros: int
) -> None:
    readings = street([[0], [0], [0]], [[0], [0], [0]], BEFORE_2027)
    december = {1: Standing(date(2026, 12, 1), credit_wh=1_000)}
    now = standings_of(readings.meter_ids, december, date(2026, 12, 1))
    tariff = replace(zetdc_tariff("net_metering"), credit=rules)

    cleared = list(clearings(readings, now, [tariff], terms(readings)))

    of = all_of(cleared)
    assert cleared[-1].after.credit_wh.tolist() == [kept_wh]
    assert of["credit_lost_wh"].tolist() == [[0], [0], [lost_wh]], "2027 begins at 22:00 UTC"
    assert of["credit_paid_micros"].tolist() == [[0], [0], [paid_micros]]


def test_what_is_sent_above_the_cap_earns_no_credit() -> None:
    readings = street([[0], [0]], [[900], [2_000]], BEFORE_OCTOBER)
    tariff = replace(zetdc_tariff("net_metering"), credit=CreditRules(cap_w=2_000))

    (cleared,) = clearings(readings, new(readings), [tariff], terms(readings))

    assert cleared.shares.of("credit_earned_wh").tolist() == [[720], [800]]


def test_the_days_of_a_month_sum_to_its_fixed_charge_and_who_comes_late_pays_its_days() -> None:
    september = Interval(datetime(2026, 8, 31, 22, tzinfo=UTC)).number
    readings = street([[0, 0]] * 30 * 48, [[0, 0]] * 30 * 48, september)
    readings.is_there[: 20 * 48, 1] = False
    tariff = replace(zetdc_tariff("feed_in"), fixed_micros_per_month=1_000_000)

    of = all_of(list(clearings(readings, new(readings), [tariff], terms(readings))))

    assert of["fixed_micros"].sum(axis=0).tolist() == [1_000_000, 333_334]


def test_a_dear_hour_costs_more_and_its_levy_and_vat_too() -> None:
    evening = TimeOfUse("evening", 36, 42, 20_000)  # 18:00 to 21:00
    tariff = replace(zetdc_tariff("feed_in"), times=(evening,), vat_ppm=150_000)
    readings = street([[1_000], [1_000]], [[0], [0]], BEFORE_OCTOBER + 7)  # 17:30 and 18:00

    (cleared,) = clearings(readings, new(readings), [tariff], terms(readings))

    assert cleared.shares.of("retail_micros").tolist() == [[80_000], [100_000]]
    assert cleared.shares.of("levy_micros").tolist() == [[4_800], [6_000]]
    assert cleared.shares.of("vat_micros").tolist() == [[12_000], [15_000]]


def test_a_day_without_a_tariff_is_refused() -> None:
    readings = street([[0]], [[0]], BEFORE_OCTOBER)
    later = replace(zetdc_tariff("feed_in"), valid_from=date(2027, 1, 1))

    with pytest.raises(ValueError, match="no tariff is in force on 2026-09-30: publish one first"):
        list(clearings(readings, new(readings), [later], terms(readings)))


def test_a_change_in_mid_month_goes_on_from_the_block_the_month_has_reached() -> None:
    first = zetdc_tariff("feed_in")
    dearer = replace(
        first,
        valid_from=date(2026, 10, 1),
        blocks=tuple(
            replace(b, price_micros_per_kwh=2 * b.price_micros_per_kwh) for b in first.blocks
        ),
    )
    dearer = replace(dearer, valid_from=date(2026, 9, 30))
    readings = street(
        [[1_000]] * 2, [[0]] * 2, Interval(datetime(2026, 9, 29, 21, 30, tzinfo=UTC)).number
    )
    now = standings_of(readings.meter_ids, {1: Standing(SEPTEMBER, billed_wh=49_000)}, SEPTEMBER)

    of = all_of(list(clearings(readings, now, [first, dearer], terms(readings))))

    assert of["retail_micros"].tolist() == [[80_000], [180_000]]


def test_a_coefficient_of_nobody_asked_is_an_equal_part() -> None:
    assert plain_terms(3).coefficient_ppm.tolist() == [333_334, 333_333, 333_333]
    assert plain_terms(7).coefficient_ppm.sum() == PARTS


def test_more_credit_than_can_be_priced_is_refused() -> None:
    readings = street([[0], [0], [0]], [[0], [0], [0]], BEFORE_2027)
    december = {1: Standing(date(2026, 12, 1), credit_wh=50 * 10**9)}
    now = standings_of(readings.meter_ids, december, date(2026, 12, 1))
    rules = CreditRules(year_end=YearEnd.PAID, paid_micros_per_kwh=100_000_000)
    tariff = replace(zetdc_tariff("net_metering"), credit=rules)

    with pytest.raises(ValueError, match="cannot be priced"):
        list(clearings(readings, now, [tariff], terms(readings)))
