"""Hold what is stored and booked of a community against its ``Reference``."""

from collections import Counter
from collections.abc import Sequence

from peergrid.database.pool import Connection
from peergrid.energy import Interval, Quality, Reading, local_day
from peergrid.ledger.book import balances_of, out_of_balance
from peergrid.members.membership import community_by_id
from peergrid.meters.sums import Step, sums_of_community
from peergrid.money import Unit
from peergrid.payments.check import audit_payouts
from peergrid.payments.payout import payouts_of_member
from peergrid.settlement.check import audit
from reference import Reference

STORED = """
select meter_id, interval_start, import_wh, export_wh, generation_wh, quality, revision
from reading where meter_id = any(%s)"""
ENERGIES = ("import_wh", "export_wh", "generation_wh")


class Disagreement(Exception):  # noqa: N818 - not an error of the program, but its finding
    """What is stored or booked is not what it should be."""


def compare(connection: Connection, community_id: int, reference: Reference) -> None:
    """Raises Disagreement about readings, their sums, or anything that the audits find."""
    rows = connection.execute(STORED, (list(reference.owners),)).fetchall()
    found = [Reading(row[0], Interval(row[1]), *row[2:]) for row in rows]
    measured = {
        (one.meter_id, one.interval.number): one
        for one in found
        if one.quality != Quality.ESTIMATED
    }
    _same("readings", measured, reference.stored)
    _compare_sums(connection, community_id, found)
    community = community_by_id(connection, community_id)
    findings = audit(connection, community).findings + audit_payouts(connection, community)
    _same("findings", findings, [])
    _same("out of balance", set(out_of_balance(connection, community_id).values()), {0})


def compare_money(
    connection: Connection,
    community_id: int,
    reference: Reference,
    member_ids: Sequence[int],
    arrived: dict[str, int],
    end: Interval,
) -> Counter[str]:
    """Once all is settled until ``end``: how many payouts are in which state.

    Balances are what the readings come to less what was paid, and as much ``arrived`` [micros] at
    each number. Raises Disagreement.
    """
    community = community_by_id(connection, community_id)
    _same("settled until", community.settled_until, end.start)
    due, paid = reference.balances(end.number), Counter[str]()
    payouts = [one for member in member_ids for one in payouts_of_member(connection, member)]
    for payout in payouts:
        if payout.state == "paid":
            due[payout.member_id][Unit.USD] -= payout.taken_micros
            paid[payout.number] += payout.received_micros
    asked = sorted(asked.number for asked in reference.asked.values())
    _same("payouts", sorted(payout.number for payout in payouts), asked)
    _same("what arrived", arrived, dict(paid))
    _same("balances", balances_of(connection, list(due)), due)
    return Counter(f"payout {payout.state}" for payout in payouts)


def _compare_sums(connection: Connection, community_id: int, found: list[Reading]) -> None:
    if not found:
        return
    days = sorted({local_day(one.interval.start) for one in found})
    end = local_day(Interval(max(one.interval.start for one in found)).later(48).start)
    told = sums_of_community(connection, community_id, days[0], end, Step.DAY)
    sums = []
    for day in days:
        of = [one for one in found if local_day(one.interval.start) == day]
        sums.append((len(of), *(sum(getattr(one, name) for one in of) for name in ENERGIES)))
    kept = [(one.readings, *(getattr(one, name) for name in ENERGIES)) for one in told]
    _same("sums of days", kept, sums)


def _same(what: str, found: object, due: object) -> None:
    if found != due:
        raise Disagreement(f"{what}: {found} instead of {due}")
