"""The accounts of a community as arrays, for settlement."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from peergrid.database.binary import Whole, fetch
from peergrid.database.pool import Connection
from peergrid.errors import Conflict
from peergrid.ledger.transfer import AccountKind
from peergrid.money import Unit

OWN = """
select meter_id, member_id, account_id from account
where community_id = %(community)s and kind = 'meter' and unit = %(unit)s::unit"""
OTHERS = """
select kind::text, unit::text, account_id from account
where community_id = %s and kind <> 'meter'"""


@dataclass(frozen=True, eq=False)
class OwnAccounts:
    """Accounts of one unit (n_accounts,), by the rising key of whose they are."""

    keys: Whole
    account_ids: Whole

    def of(self, meter_ids: Whole, member_ids: Whole) -> Whole:
        """The account of each meter's owner, of the shape of both.

        Raises Conflict if one has none.
        """
        keys = _keys(meter_ids, member_ids)
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        if not np.array_equal(self.keys[places], keys):
            stray = int(meter_ids[self.keys[places] != keys][0])
            raise Conflict(f"The owner of meter {stray} has no account for it: open one first.")
        return self.account_ids[places]


def own_accounts(connection: Connection, community_id: int, unit: Unit) -> OwnAccounts:
    """What the owners of a community's meters have in ``unit``, past owners too."""
    columns = dict.fromkeys(("meter_id", "member_id", "account_id"), "int4")
    found = fetch(connection, OWN, {"community": community_id, "unit": unit}, columns)
    keys = _keys(found["meter_id"], found["member_id"])
    order = np.argsort(keys, kind="stable")
    return OwnAccounts(keys[order], found["account_id"][order])


def other_accounts(
    connection: Connection, community_id: int
) -> Mapping[tuple[AccountKind, Unit], int]:
    """The accounts that are of no meter: the pool's, the grid's, the levy's."""
    return {
        (AccountKind(kind), Unit(unit)): account_id
        for kind, unit, account_id in connection.execute(OTHERS, (community_id,))
    }


def _keys(meter_ids: Whole, member_ids: Whole) -> Whole:
    """One number for a meter and a member."""
    return meter_ids << 32 | member_ids
