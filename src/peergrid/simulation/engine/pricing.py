"""Schemes without a compiled body: a day is lived compiled, then priced by the market in NumPy."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from peergrid.energy import Interval
from peergrid.market.charges import feed_in_micros
from peergrid.market.clearing import AT_ONCE, Clearings, cleared
from peergrid.market.flows import Flows
from peergrid.market.metered import Metered
from peergrid.market.schemes import Scheme, Terms, plain_terms, scheme_named
from peergrid.market.schemes.with_the_grid import draw
from peergrid.market.shares import Shares
from peergrid.market.standing import Standings
from peergrid.market.tariff import Tariff
from peergrid.money import price_micros_per_kwh
from peergrid.simulation.engine.columns import (
    NOBODY_DREW,
    Communities,
    Pool,
    Series,
    Total,
    Whole32,
    Whole64,
)
from peergrid.simulation.population import terms_of
from peergrid.simulation.population.draw import Column

BOOKED = {  # amounts of a share, and where they go
    "billed_wh": Total.BILLED_WH,
    "paid_micros": Total.PAID_MICROS,
    "earned_micros": Total.EARNED_MICROS,
    "retail_micros": Total.RETAIL_MICROS,
    "levy_micros": Total.LEVY_MICROS,
    "feed_in_micros": Total.FEED_IN_MICROS,
    "credit_earned_wh": Total.CREDIT_EARNED_WH,
    "credit_used_wh": Total.CREDIT_USED_WH,
}
SUMMED = {Total[name]: Series[name] for name in Total.__members__ if name in Series.__members__}
OF_MONTH = (Total.IMPORT_WH, Total.EXPORT_WH, Total.BOUGHT_WH, Total.SOLD_WH)
OF_PRICES = (  # what the month's own prices may change
    *(Total.RETAIL_MICROS, Total.LEVY_MICROS, Total.FEED_IN_MICROS),
    Total.CREDIT_USED_WH,
)


def meanwhile(flows: Flows, standings: Standings, tariff: Tariff, terms: Terms) -> Shares:
    """What a scheme priced by the month asks until the month is over: neighbours' energy is free.

    Each home is billed what neighbours did not cover of its own import and paid for what they did
    not take of its export: as if each half hour shared its own bill. These are the prices that
    reacting homes see.
    """
    del terms
    drawn = draw(flows, flows.grid_import_wh, 0, standings, tariff)
    paid = feed_in_micros(tariff, flows.grid_export_wh)
    return Shares(flows, feed_in_micros=paid, **drawn.booked)


def scheme_day_by_day(name: str) -> Scheme:
    """How a half hour is priced as it is lived: by the scheme, or ``meanwhile`` by the month's.

    Raises ValueError for a name that is none.
    """
    scheme = scheme_named(name)
    return replace(scheme, price=meanwhile, by_month=False) if scheme.by_month else scheme


def counted_by(first: Interval, net_wh: Whole32) -> Metered:
    """Meters that counted ``net_wh`` (n_intervals, n_homes), export less import, from ``first``."""
    intervals, homes = net_wh.shape
    net = net_wh.astype(np.int64)
    return Metered(
        np.arange(first.number, first.number + intervals),
        np.arange(1, homes + 1),
        np.maximum(-net, 0),
        np.maximum(net, 0),
        np.ones(net.shape, np.bool_),
    )


class Pricing:
    """Prices what homes counted under ``tariff``, a community at a time: one's memory is enough.

    A scheme priced by the month is priced ``meanwhile`` as it is lived; when the month or the run
    ends, ``close_month`` books what the month's own prices differ by.
    """

    def __init__(self, tariff: Tariff, columns: Mapping[str, Column], first: Interval) -> None:
        self.tariff = tariff
        self._columns = columns
        homes = len(columns["key"])
        self._scheme = scheme_named(tariff.scheme)
        self._by_day = scheme_day_by_day(tariff.scheme)
        kept = (*OF_MONTH, *OF_PRICES) if self._scheme.by_month else ()
        self._before = np.zeros((len(kept), homes), np.int64)
        self._first = first  # of the month, or of the run within it

    @property
    def by_month(self) -> bool:
        """Whether ``close_month`` is needed."""
        return self._scheme.by_month

    def turn_month(self, totals: Whole64, first: Interval) -> None:
        """A month begins at ``first`` with ``totals`` (Total, n)."""
        self._first = first
        if self.by_month:
            self._before = totals[[*OF_MONTH, *OF_PRICES]]

    def price(
        self,
        communities: Communities,
        c: int,
        first: Interval,
        net_wh: Whole32,
        totals: Whole64,
        series: Whole64,
    ) -> None:
        """Price what the homes of community ``c`` counted in some intervals of one local day.

        ``net_wh`` (n_intervals, n_homes) is export less import from ``first`` on. Adds to
        ``totals`` (Total, n) of all homes and to ``series`` (Series, n_intervals) of their site,
        and tells ``communities.price``.
        """
        row = int(communities.facts[Pool.FIRST, c])
        of_homes = totals[:, row : row + net_wh.shape[1]]
        counted = counted_by(first, net_wh)
        of_day, done = int(counted.local_halves[0]), 0
        for outcome in self._cleared(counted, of_homes, self._terms(row, net_wh.shape[1])):
            end = done + len(outcome.metered.numbers)
            prices = _book(outcome, of_homes, series[:, done:end])
            communities.price[c, of_day + done : of_day + end] = prices
            done = end

    def _terms(self, row: int, homes: int) -> Terms:
        """What a community's homes ask for, where their scheme heeds it."""
        if not self._by_day.heeds_terms:
            return plain_terms(homes)
        return terms_of(self._columns, slice(row, row + homes))

    def _cleared(self, counted: Metered, totals: Whole64, terms: Terms) -> Iterator[Clearings]:
        """As ``clearing.clearings``: some intervals at a time, each from where the last ended."""
        homes = len(counted.meter_ids)
        month = counted.local_days[:1].astype("datetime64[M]")
        standing = (totals[each] for each in (Total.BILLED_WH, Total.SENT_WH, Total.CREDIT_WH))
        standings = Standings(np.repeat(month, homes), *standing)
        step = max(1, AT_ONCE // homes)
        for row in range(0, len(counted.numbers), step):
            part = counted.rows(row, min(row + step, len(counted.numbers)))
            outcome = cleared(part, standings, self.tariff, self._by_day, terms)
            standings = outcome.after
            yield outcome

    def close_month(self, communities: Communities, totals: Whole64, last: Whole64) -> None:
        """Price the month so far at its own prices, for a scheme priced by the month.

        What homes owe more or less than was booked ``meanwhile`` goes to ``totals`` (Total, n) and
        to ``last`` (sites, Series), the interval last lived. Doing it again changes nothing. The
        market is handed the month as one interval: a bill rests on the month's sums alone, and
        the feed-in is rounded once a month, which makes no difference to a price of whole micros
        a Wh.
        """
        for c in range(communities.facts.shape[1]):
            facts = communities.facts[:, c]
            homes = slice(int(facts[Pool.FIRST]), int(facts[Pool.FIRST] + facts[Pool.HOMES]))
            since = totals[[*OF_MONTH, *OF_PRICES], homes] - self._before[:, homes]
            credit_wh = totals[Total.CREDIT_WH, homes] + since[-1]  # as the month began
            shares = self._month_of(since[: len(OF_MONTH)], credit_wh)
            totals[Total.BILLED_WH, homes] = shares.of("billed_wh")[0]
            totals[Total.CREDIT_WH, homes] = credit_wh - shares.of("credit_used_wh")[0]
            for total, booked in zip(OF_PRICES, since[len(OF_MONTH) :], strict=True):
                more = shares.of(total.name.lower())[0] - booked
                totals[total, homes] += more
                last[facts[Pool.SITE], SUMMED[total]] += more.sum()

    def _month_of(self, energies: Whole64, credit_wh: Whole64) -> Shares:
        """A community's month from its homes' sums (OF_MONTH, n) [Wh], as one interval."""
        import_wh, export_wh, bought_wh, sold_wh = energies[:, np.newaxis, :]
        homes = energies.shape[1]
        there = np.ones(import_wh.shape, np.bool_)
        number = np.array([self._first.number])
        month = Metered(number, np.arange(1, homes + 1), import_wh, export_wh, there)
        nothing = np.zeros(homes, np.int64)
        months = np.repeat(month.local_days.astype("datetime64[M]"), homes)
        begun = Standings(months, nothing, nothing, credit_wh)
        flows = Flows(month, bought_wh, sold_wh)
        return self._scheme.price(flows, begun, self.tariff, plain_terms(homes))


def _book(outcome: Clearings, totals: Whole64, series: Whole64) -> list[int]:
    """Add to a community's ``totals`` (Total, n) and its site's ``series``; the mean prices."""
    shares, drawn_wh = outcome.shares, outcome.metered.import_wh.sum(axis=1)
    flows = shares.flows
    totals[Total.BOUGHT_WH] += flows.bought_wh.sum(axis=0)
    totals[Total.SOLD_WH] += flows.sold_wh.sum(axis=0)
    series[Series.SHARED_WH] += flows.bought_wh.sum(axis=1)
    for name, total in BOOKED.items():
        amounts = getattr(shares, name)
        if not isinstance(amounts, int):
            totals[total] += amounts.sum(axis=0)
            if total in SUMMED:
                series[SUMMED[total]] += amounts.sum(axis=1)
    totals[Total.SENT_WH] = outcome.after.exported_wh
    totals[Total.CREDIT_WH] = outcome.after.credit_wh
    asked = np.broadcast_to(
        shares.paid_micros + shares.retail_micros + shares.levy_micros + shares.vat_micros,
        flows.bought_wh.shape,
    )
    each = zip(asked.sum(axis=1).tolist(), drawn_wh.tolist(), strict=True)
    prices = (price_micros_per_kwh(micros, wh) for micros, wh in each)
    return [NOBODY_DREW if price is None else price for price in prices]
