"""Communities, tariffs and standings, for rules that must hold for all of them."""

from collections import defaultdict
from datetime import UTC, date, datetime

from hypothesis import settings
from hypothesis import strategies as st

from peergrid.energy import MAX_WH, Interval, Reading
from peergrid.market.schemes import SCHEMES
from peergrid.market.standing import Standing
from peergrid.market.tariff import Block, Tariff
from peergrid.money import PARTS

NOON = Interval(datetime(2026, 9, 1, 10, tzinfo=UTC))  # in Harare
FIRST = Interval(datetime(2026, 8, 31, 22, tzinfo=UTC))  # midnight of 1 September in Harare
SEPTEMBER = date(2026, 9, 1)
AUGUST = date(2026, 8, 1)

QUICKLY = settings(max_examples=50)  # for inputs that take long to make

METER_IDS = st.integers(1, 8)
ENERGIES_WH = st.one_of(
    st.just(0), st.integers(1, 9), st.integers(0, 7_000), st.sampled_from([1, MAX_WH])
)
PRICES = st.one_of(st.integers(0, 3_000), st.integers(0, 400_000))
SHARES_OF_ONE_PPM = st.one_of(st.sampled_from([0, 60_000, 800_000, PARTS]), st.integers(0, PARTS))
SCHEME_NAMES = st.sampled_from(sorted(SCHEMES))

type Month = list[list[Reading]]


@st.composite
def communities(draw: st.DrawFn, interval: Interval = NOON) -> list[Reading]:
    """One reading a meter, in any order; nobody at all is a community too."""
    meter_ids = draw(st.lists(METER_IDS, unique=True, max_size=6))
    return [
        Reading(meter_id, interval, draw(ENERGIES_WH), draw(ENERGIES_WH)) for meter_id in meter_ids
    ]


@st.composite
def tariffs(draw: st.DrawFn, scheme: str | None = None) -> Tariff:
    """Any tariff that the rules admit: flat or stepped, with fractions of a micro per Wh."""
    limits = sorted(draw(st.sets(st.integers(1, 500_000), max_size=4)))
    prices = sorted(draw(PRICES) for _ in range(len(limits) + 1))
    blocks = [Block(*block) for block in zip([*limits, None], prices, strict=True)]
    return Tariff(
        name="any",
        valid_from=SEPTEMBER,
        scheme=scheme or draw(SCHEME_NAMES),
        blocks=tuple(blocks),
        levy_ppm=draw(SHARES_OF_ONE_PPM),
        credit_ratio_ppm=draw(SHARES_OF_ONE_PPM),
        feed_in_micros_per_kwh=draw(st.one_of(st.just(prices[0]), st.integers(0, prices[0]))),
    )


STANDINGS = st.dictionaries(
    METER_IDS,
    st.builds(
        Standing,
        month=st.sampled_from([SEPTEMBER, AUGUST]),
        billed_wh=st.integers(0, 600_000),
        exported_wh=st.integers(0, 600_000),
        credit_wh=st.one_of(st.just(0), st.integers(0, 20_000)),
    ),
    max_size=6,
)


@st.composite
def months(draw: st.DrawFn) -> Month:
    """The first intervals of a month of a few homes, with enough energy to climb the blocks."""
    energies_wh = st.one_of(st.just(0), st.integers(1, 9), st.integers(0, 60_000))
    meter_ids = range(1, 1 + draw(st.integers(2, 4)))
    rows = draw(
        st.lists(
            st.lists(
                st.tuples(energies_wh, energies_wh),
                min_size=len(meter_ids),
                max_size=len(meter_ids),
            ),
            min_size=1,
            max_size=8,
        )
    )
    return [
        [
            Reading(meter_id, FIRST.later(step), import_wh, export_wh)
            for meter_id, (import_wh, export_wh) in zip(meter_ids, row, strict=True)
        ]
        for step, row in enumerate(rows)
    ]


def by_meter(month: Month) -> dict[int, list[Reading]]:
    """A month's readings, meter by meter."""
    found = defaultdict(list)
    for readings in month:
        for reading in readings:
            found[reading.meter_id].append(reading)
    return found
