"""What homes keep of their own sun, with and without a battery or a geyser that waits for it."""

from datetime import date
from typing import Any

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.engine.run import Run
from peergrid.simulation.scenario import Community, Group, Scenario
from peergrid.simulation.validation.points import Figure

HOMES = 200  # of which those that use about 300 kWh a month are looked at
KWP = 3.0
ABOUT_KWH = (275.0, 325.0)
SEED = 1


def figures() -> dict[str, Figure]:
    """The figures of homes with 3 kWp and about 300 kWh a month by key [%, points]."""
    alone = _year()
    own = _self_consumption(alone)
    half, whole = (
        _self_consumption(_year(with_batteries=HOMES, battery_kwh=(size, size)))
        for size in (KWP / 2, KWP)
    )
    habit, waiting = (
        _self_consumption(_year(scheme="mid_market", with_geysers=HOMES, reacting_share=share))
        for share in (0.0, 1.0)
    )
    homes = alone.homes
    return {
        "own_uk": own,
        "own_3_kwp": own,
        "own_sufficiency": 100 * _of(alone, "self_consumed_wh") / _of(alone, "demand_wh"),
        "battery_half": half - own,
        "battery_whole": whole - own,
        "shifting": waiting - habit,
        "credit_ratio": float(homes["credit_earned_wh"].sum() / homes["export_wh"].sum()),
    }


def _year(*, scheme: str = "net_metering", **owned: Any) -> Run:
    """A year of homes alike but for what they use; no battery is too weak or kept in reserve."""
    group = Group(
        "medium_density",
        HOMES,
        with_panels=HOMES,
        kwp=(KWP, KWP),
        tilt_deg=(20.0, 20.0),
        azimuth_deg=(0.0, 0.0),
        inverter_ratio=1.0,
        battery_kw=(KWP, KWP),
        battery_reserve_share=0.0,
        **owned,
    )
    community = Community("harare", (group,))
    scenario = Scenario("own", "Own", date(2026, 1, 1), 365, SEED, scheme, (community,))
    engine = Engine(scenario)
    engine.advance(scenario.days * INTERVALS_PER_DAY)
    return engine.run()


def _self_consumption(run: Run) -> float:
    return 100 * _of(run, "self_consumed_wh") / _of(run, "generation_wh")


def _of(run: Run, column: str) -> float:
    """A column's sum over the homes that use about 300 kWh."""
    least, most = ABOUT_KWH
    about = (run.homes["monthly_kwh"] >= least) & (run.homes["monthly_kwh"] <= most)
    return float(run.homes[column][about].sum())
