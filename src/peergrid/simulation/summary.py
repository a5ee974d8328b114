"""Run a scenario offline and say what came of it, with its books checked."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.ledger.transfer import POOL, Account, AccountKind
from peergrid.market.indicators import self_consumption, self_sufficiency
from peergrid.money import Unit, price_micros_per_kwh
from peergrid.simulation.agents import GridAgent, ProducerAgent
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Scenario

OF_HOMES = ("generation_wh", "curtailed_wh", "self_consumed_wh", "demand_wh")
OF_CLEARING = ("import_wh", "export_wh", "shared_wh", "grid_import_wh", "grid_export_wh")
OF_SHARES = (
    "paid_micros",
    "earned_micros",
    "retail_micros",
    "levy_micros",
    "feed_in_micros",
    "credit_earned_wh",
    "credit_used_wh",
)
SHARE_SUMS = attrgetter(*OF_SHARES)


@dataclass(frozen=True)
class Summary:
    """A run's totals: energies [Wh], money [micros of a US dollar], prices [micros/kWh].

    ``import_wh`` and ``export_wh`` passed the meters; ``paid`` and ``earned`` went between
    neighbours, ``retail``, ``levy`` and ``feed_in`` between homes and the grid. The mean price
    is what a drawn kWh cost, the mean payout what a kWh sent out earned in money.
    ``unaccounted_wh`` and ``unbalanced_micros`` are 0, or the run is wrong.
    """

    scenario: str
    scheme: str
    households: int
    producers: int
    intervals: int
    generation_wh: int
    curtailed_wh: int
    self_consumed_wh: int
    demand_wh: int
    import_wh: int
    export_wh: int
    shared_wh: int
    grid_import_wh: int
    grid_export_wh: int
    paid_micros: int
    earned_micros: int
    retail_micros: int
    levy_micros: int
    feed_in_micros: int
    credit_earned_wh: int
    credit_used_wh: int
    unaccounted_wh: int
    unbalanced_micros: int
    unbalanced_credit_wh: int

    @property
    def mean_price_micros_per_kwh(self) -> int | None:
        paid = self.paid_micros + self.retail_micros + self.levy_micros
        return price_micros_per_kwh(paid, self.import_wh)

    @property
    def mean_payout_micros_per_kwh(self) -> int | None:
        return price_micros_per_kwh(self.earned_micros + self.feed_in_micros, self.export_wh)

    @property
    def self_consumption(self) -> float | None:
        return self_consumption(self.self_consumed_wh, self.generation_wh)

    @property
    def self_sufficiency(self) -> float | None:
        return self_sufficiency(self.self_consumed_wh, self.demand_wh)

    def as_json(self) -> dict[str, Any]:
        """Plain values by name, the means and rates among them."""
        return asdict(self) | {
            "mean_price_micros_per_kwh": self.mean_price_micros_per_kwh,
            "mean_payout_micros_per_kwh": self.mean_payout_micros_per_kwh,
            "self_consumption": self.self_consumption,
            "self_sufficiency": self.self_sufficiency,
        }


def simulate(scenario: Scenario, on_day: Callable[[int], None] | None = None) -> Summary:
    """Run ``scenario`` without a backend; ``on_day`` hears 1, 2, ... as each day is done."""
    model = CommunityModel(scenario)
    total: Counter[str] = Counter()
    bills_micros: Counter[int] = Counter()
    for day in range(1, scenario.days + 1):
        for _ in range(INTERVALS_PER_DAY):
            model.step()
            _add_interval(model, total, bills_micros)
        if on_day:
            on_day(day)
    return Summary(
        scenario=scenario.name,
        scheme=scenario.scheme,
        households=len(model.households),
        producers=sum(household.has_panels for household in model.households),
        intervals=scenario.days * INTERVALS_PER_DAY,
        unaccounted_wh=_unaccounted_wh(total),
        unbalanced_micros=_unbalanced_micros(model.grid, bills_micros),
        unbalanced_credit_wh=_unbalanced_credit_wh(model.grid),
        **{name: total[name] for name in (*OF_HOMES, *OF_CLEARING, *OF_SHARES)},
    )


def _add_interval(model: CommunityModel, total: Counter[str], bills_micros: Counter[int]) -> None:
    """Add what homes know of themselves, what they metered, and what was cleared."""
    for home in model.homes:
        total["demand_wh"] += home.demand_wh
        if isinstance(home, ProducerAgent):
            total["generation_wh"] += home.generation_wh
            total["curtailed_wh"] += home.curtailed_wh
            total["self_consumed_wh"] += home.self_consumed_wh
    for reading in model.readings:
        total["import_wh"] += reading.import_wh
        total["export_wh"] += reading.export_wh
    clearing = model.grid.clearing
    total["shared_wh"] += clearing.shared_wh
    total["grid_import_wh"] += clearing.grid_import_wh
    total["grid_export_wh"] += clearing.grid_export_wh
    for share in clearing.shares:
        bills_micros[share.flow.meter_id] += share.cost_micros
    for name, amounts in zip(
        OF_SHARES, zip(*map(SHARE_SUMS, clearing.shares), strict=True), strict=True
    ):
        total[name] += sum(amounts)


def _unaccounted_wh(total: Counter[str]) -> int:
    """Wh without an origin or an end: made, used, metered and cleared must agree."""
    shared_wh = total["shared_wh"]
    return (
        abs(total["generation_wh"] - total["self_consumed_wh"] - total["export_wh"])
        + abs(total["demand_wh"] - total["self_consumed_wh"] - total["import_wh"])
        + abs(total["export_wh"] - shared_wh - total["grid_export_wh"])
        + abs(total["import_wh"] - shared_wh - total["grid_import_wh"])
    )


def _unbalanced_micros(grid: GridAgent, bills_micros: Counter[int]) -> int:
    """What the books' accounts miss 0 by, what the pool kept, and what homes' bills differ by."""
    of_usd = {account: micros for (account, unit), micros in grid.books.items() if unit is Unit.USD}
    differing = (
        abs(of_usd.get(Account(AccountKind.METER, meter_id), 0) + bill)
        for meter_id, bill in bills_micros.items()
    )
    return abs(sum(of_usd.values())) + abs(of_usd.get(POOL, 0)) + sum(differing)


def _unbalanced_credit_wh(grid: GridAgent) -> int:
    """What the energy credits of all accounts miss 0 by, and homes' from their standings [Wh]."""
    of_credit = {
        account: wh for (account, unit), wh in grid.books.items() if unit is Unit.WH_CREDIT
    }
    differing = (
        abs(of_credit.get(Account(AccountKind.METER, meter_id), 0) - standing.credit_wh)
        for meter_id, standing in grid.standings.items()
    )
    return abs(sum(of_credit.values())) + sum(differing)
