"""A hint is true, or there is none."""

from datetime import timedelta

from peergrid import wire
from peergrid.dashboard.hint import Hint, hint_of
from peergrid.energy import Quality
from tests.community import NOON, START

AT = NOON.end
HOUR = timedelta(hours=1)
SCHEME = wire.SchemeInfo(
    name="mid_market", title="Mid", sentence="Half.", is_pilot=True, takes_limits=False
)
PRODUCER, CONSUMER = wire.Role.PRODUCER, wire.Role.CONSUMER
EXPORTING = wire.EnergyInterval(
    **dict.fromkeys(wire.Energy.model_fields, 0) | {"export_wh": 600},
    interval_start=NOON.start,
    quality=Quality.MEASURED,
    is_settled=True,
)


def known(*cuts: int, price: tuple[int, int] | None = None) -> wire.Ahead:
    """Cuts of two hours, and one price of three: so many hours from now."""
    outages = [
        wire.Outage(
            outage_id=i, starts=AT + cut * HOUR, ends=AT + (cut + 2) * HOUR, reported_at=START
        )
        for i, cut in enumerate(cuts)
    ]
    prices = []
    if price:
        hours, micros = price
        starts = AT + hours * HOUR
        prices = [
            wire.PriceAhead(name="x", starts=starts, ends=starts + 3 * HOUR, micros_per_kwh=micros)
        ]
    return wire.Ahead(at=AT, outages=outages, prices=prices)


def market(price: int | None, payout: int | None, shared_wh: int = 400) -> wire.Market:
    last = wire.MarketInterval(
        interval_start=NOON.start,
        supply_wh=1_000,
        demand_wh=1_600,
        shared_wh=shared_wh,
        grid_import_wh=1_600 - shared_wh,
        grid_export_wh=1_000 - shared_wh,
        price_micros_per_kwh=price,
        payout_micros_per_kwh=payout,
    )
    day = NOON.start.date()
    return wire.Market(community="x", day=day, latest=day, scheme=SCHEME, intervals=[last])


USUAL = market(120_000, 90_000)


def test_a_cut_that_comes_soon_is_told_before_anything_else() -> None:
    hint = hint_of(PRODUCER, known(3, price=(1, 20_000)), USUAL, EXPORTING)

    assert hint == Hint("hint_cut", AT + 3 * HOUR)


def test_while_power_is_off_there_is_nothing_to_advise() -> None:
    assert hint_of(PRODUCER, known(-1), USUAL, EXPORTING) is None


def test_prices_that_are_known_ahead_are_told_in_time() -> None:
    def key(hours: int, micros: int) -> str | None:
        hint = hint_of(CONSUMER, known(price=(hours, micros)), market(None, None, 0), None)
        return hint.key if hint else None

    assert key(2, 20_000) == "hint_dearer"
    assert key(2, -20_000) == "hint_cheaper"
    assert key(-1, 20_000) == "hint_dear_now"
    assert key(0, -20_000) == "hint_cheap_now"
    assert key(7, 20_000) is None


def test_own_sun_is_worth_most_at_home_only_where_a_drawn_kwh_costs_more() -> None:
    def hint(price: int, payout: int) -> Hint | None:
        return hint_of(PRODUCER, known(), market(price, payout), EXPORTING)

    assert hint(120_000, 90_000) == Hint(
        "hint_own_sun", NOON.start, price_micros=120_000, payout_micros=90_000
    )
    assert hint(90_000, 90_000) is None
    assert hint_of(PRODUCER, known(), USUAL, None) is None


def test_a_consumer_hears_how_much_neighbours_met() -> None:
    assert hint_of(CONSUMER, known(), USUAL, None) == Hint("hint_met", NOON.start, percent=25)
    assert hint_of(CONSUMER, known(), market(1, 1, 0), None) is None
