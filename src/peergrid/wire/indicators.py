"""How a community did in a month: nobody's own figures, those of all together."""

from datetime import date, datetime

from peergrid.wire.message import Message, example


class AvoidedEmissions(Message):
    """``grams`` of CO2 that the grid did not emit, had it emitted ``g_per_kwh``.

    ``factor`` names what that stands for; factors disagree, so none is told without its name.
    """

    model_config = example(
        factor="wet year",
        g_per_kwh=298,
        source="average of 2022 with 66 % hydro power: codecarbon 3.3.2 (PyPI)",
        grams=178_800,
    )

    factor: str
    g_per_kwh: int
    source: str
    grams: int


class MarketIndicators(Message):
    """A local month of one's own community, by what is settled of it.

    All of it once ``is_complete``, else what lies before ``settled_until``. Null where a figure
    makes no sense, such as 0 / 0. Savings are against the grid alone: all imports at the month's
    blocks with levy, exports worth nothing. Benefits are what each household saves, shifted to 0
    or more where one loses. The indices are those of Zhou, Wu, Long 2018
    (10.1016/j.apenergy.2018.02.089): participation (PI), equality of incomes (EI), energy
    balance (EBI), power flatness (PFI, mean of the whole days), self-sufficiency with neighbours
    (SSI), and what the last three come to together (TPI).
    """

    model_config = example(
        community="A street in Harare",
        month="2026-09-01",
        is_complete=False,
        settled_until="2026-09-15T10:30:00Z",
        settled_intervals=693,
        households=12,
        demand_wh=1_500_000,
        generation_wh=640_000,
        shared_wh=200_000,
        self_consumption=0.41,
        self_sufficiency=0.17,
        savings_micros=31_250_000,
        savings_share=0.19,
        gini_of_benefits=0.38,
        jain_of_benefits=0.66,
        participation_index=1.0,
        equality_index=0.74,
        energy_balance_index=0.43,
        power_flatness_index=0.94,
        community_self_sufficiency=0.31,
        technical_index=0.57,
        avoided=[
            {
                "factor": "wet year",
                "g_per_kwh": 298,
                "source": "average of 2022 with 66 % hydro power: codecarbon 3.3.2 (PyPI)",
                "grams": 190_720,
            }
        ],
    )

    community: str
    month: date
    is_complete: bool
    settled_until: datetime
    settled_intervals: int
    households: int
    demand_wh: int
    generation_wh: int
    shared_wh: int
    self_consumption: float | None
    self_sufficiency: float | None
    savings_micros: int
    savings_share: float | None
    gini_of_benefits: float | None
    jain_of_benefits: float | None
    participation_index: float | None
    equality_index: float | None
    energy_balance_index: float | None
    power_flatness_index: float | None
    community_self_sufficiency: float | None
    technical_index: float | None
    avoided: list[AvoidedEmissions]
