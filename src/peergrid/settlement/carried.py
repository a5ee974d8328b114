"""Where connections stand and whose energy credit is how much, from one clearing to the next."""

from dataclasses import dataclass
from datetime import date

from peergrid.market.standing import Standing, Standings, standings_of
from peergrid.meters.readings import Owners
from peergrid.money import Whole


@dataclass
class Carried:
    """Where each connection stands, and by connection and member the energy credit [Wh].

    A month's blocks are the connection's, whoever holds it; the credit is its member's own.
    """

    by_connection: dict[int, Standing]
    credit_wh: dict[tuple[int, int], int]

    def standings(
        self, connections: Whole, month: date, span: tuple[int, int], owners: Owners
    ) -> Standings:
        """Where they stand at the first interval of a span; only who holds it all has credit."""
        held = owners.throughout(*span)
        known = {}
        for one in connections.tolist():
            before = self.by_connection.get(one, Standing(month))
            credit_wh = self.credit_wh.get((one, held[one]), 0) if one in held else 0
            known[one] = Standing(before.month, before.billed_wh, before.exported_wh, credit_wh)
        return standings_of(connections, known, month)

    def keep(
        self, connections: Whole, after: Standings, span: tuple[int, int], owners: Owners
    ) -> None:
        """Remember where a span leaves them; who held it only for a part keeps what they had."""
        held = owners.throughout(*span)
        rows = zip(
            connections.tolist(),
            after.months.tolist(),
            after.billed_wh.tolist(),
            after.exported_wh.tolist(),
            after.credit_wh.tolist(),
            strict=True,
        )
        for one, *standing in rows:
            self.by_connection[one] = Standing(*standing)
            if one in held:
                self.credit_wh[one, held[one]] = self.by_connection[one].credit_wh
