"""A small community that lives through everything that can go wrong, all of it from one seed.

Meters, network, people and restarts are one thread that throws dice; the database is real. After
any of it what is stored and booked must be what a ``Reference`` comes to.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from comparing import Disagreement, compare, compare_money
from peergrid.energy import Interval, Reading
from peergrid.errors import Conflict, Invalid, Unavailable
from peergrid.market.schemes import SCHEMES
from peergrid.members.membership import community_by_id
from peergrid.meters.ingest import ingest
from peergrid.meters.registry import meter_by_id
from peergrid.money import MICROS
from peergrid.payments import sandbox
from peergrid.payments.batches import approve_batch, create_batch, payouts_in
from peergrid.payments.charges import MobileMoney, quote
from peergrid.payments.payout import Asked, covered_micros, request_payout
from peergrid.payments.run import pay_held
from peergrid.payments.sandbox import Sandbox
from peergrid.settlement.connections import hand_over
from peergrid.settlement.settle import settle
from shaky import ShakyDatabase
from town import CONNECTION_W, FIRST, HOMES, TURN, found_town

MOST_WH = CONNECTION_W // 2
LOST, TWICE, BREAKS = 0.15, 0.1, 0.3  # how likely, of requests and of what the server does
SOON = 0.12  # how likely a break is at each moment
NUMBERS = (
    *(sandbox.PAYS, sandbox.LATE, sandbox.FAILS),
    *(sandbox.PAYS_SILENTLY, sandbox.DEAF_ONCE),
)
APIECE = tuple(name for name, scheme in SCHEMES.items() if not scheme.by_month)


class World:
    """The community of a seed, in the database at ``url``; ``folder`` keeps the provider's record.

    ``seen`` counts what happened.
    """

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self.seen: Counter[str] = Counter()
        self._dice = np.random.default_rng(seed)
        self._url = url
        self._provider = Sandbox(folder / f"provider-{seed}.sqlite3")
        self._outbox: list[list[Reading]] = []
        self._wishes: list[tuple[int, Asked]] = []
        self._now = FIRST
        self.open()
        scheme = APIECE[self._throw(len(APIECE))]
        with self._database.transaction() as connection:
            self._town = found_town(connection, scheme)
        self.reference = self._town.reference

    def live(self, steps: int) -> None:
        """So many things happen, one after the other; then all is made good, and compared.

        Raises Disagreement, and whatever should not have been raised.
        """
        acts: dict[Callable[[], None], int] = {
            self._count: 25,
            self._send: 40,
            self._correct: 8,
            self._hasten: 2,
            self._settle: 9,
            self._hand_over: 2,
            self._wish: 5,
            self._ask: 5,
            self._approve: 4,
            self._pay: 4,
            self._restart: 1,
            self.compare: 2,
        }
        often = np.array(list(acts.values())) / sum(acts.values())
        for place in self._dice.choice(len(acts), steps, p=often).tolist():
            list(acts)[place]()
        self._make_good()
        self.close()

    def close(self) -> None:
        self._database.close()

    def _make_good(self) -> None:
        """All arrives, is settled and is paid; then the balances must be right too."""
        self._count()
        while self._outbox:
            readings = self._outbox.pop()
            self._store(readings)
            self.reference.store(readings)
        settle(self._database, self._town.community_id)
        self._approve_all()
        while pay_held(self._database, self._provider).held:
            self.seen["held for another run"] += 1
        with self._database.transaction() as connection:
            compare(connection, self._town.community_id, self.reference)
            members = [one.member_id for one in self._town.members]
            arrived = self._provider.paid_micros()
            self.seen += compare_money(
                connection, self._town.community_id, self.reference, members, arrived, self._now
            )

    def _throw(self, sides: int) -> int:
        return int(self._dice.integers(sides))

    def _happens(self, chance: float) -> bool:
        return bool(self._dice.random() < chance)

    def open(self) -> None:
        self._database = ShakyDatabase(self._url)
        self._database.open()

    def _try(self, name: str, work: Callable[[], object]) -> bool:
        """Do it, and now and then something breaks meanwhile; whether they hear that it is done."""
        self.seen[name] += 1
        if self._happens(BREAKS):
            self._database.break_after(int(self._dice.geometric(SOON)) - 1)
        try:
            work()
        except Unavailable:
            self.seen[f"{name}: broken"] += 1
            return False
        finally:
            self._database.break_after(None)
        return True

    def _count(self) -> None:
        """Time goes on, and every meter has another batch to send."""
        intervals = 1 + self._throw(3)
        for meter in self._town.meters:
            later = [self._now.later(number) for number in range(intervals)]
            self._outbox.append([self._reading(meter.meter_id, one, 0) for one in later])
        self._now = self._now.later(intervals)

    def _reading(self, meter_id: int, interval: Interval, revision: int) -> Reading:
        import_wh, export_wh, used_wh = (self._throw(MOST_WH) for _ in range(3))
        if self._happens(0.5):
            import_wh = 0
        generation_wh = export_wh + used_wh
        return Reading(
            *(meter_id, interval, import_wh, export_wh, generation_wh), revision=revision
        )

    def _send(self) -> None:
        """Some batch, so that they come in any order; what is not acknowledged is sent again."""
        if not self._outbox:
            return
        place = self._throw(len(self._outbox))
        if self._happens(LOST):
            self.seen["send: lost"] += 1
            return
        readings, commits = self._outbox[place], self._database.commits
        told = self._try("send", lambda: self._store(readings))
        if self._database.commits > commits:
            self.reference.store(readings)
            self.seen["send: answer lost"] += not told
        if told and not self._happens(TWICE):
            del self._outbox[place]

    def _store(self, readings: list[Reading]) -> None:
        with self._database.transaction() as connection:
            meter = meter_by_id(connection, readings[0].meter_id)
            ingest(connection, meter, readings, self._now.start)

    def _correct(self) -> None:
        """A meter finds that it counted otherwise; the first may not even have arrived."""
        known = list(self.reference.stored.values())
        if known:
            old = known[self._throw(len(known))]
            waiting = [
                one.revision
                for batch in self._outbox
                for one in batch
                if (one.meter_id, one.interval) == (old.meter_id, old.interval)
            ]
            revision = max([old.revision, *waiting]) + 1
            self._outbox.append([self._reading(old.meter_id, old.interval, revision)])
            self.seen["correct"] += 1

    def _hasten(self) -> None:
        """A meter whose clock runs ahead is refused, and nothing of it stays."""
        meter = self._town.meters[self._throw(HOMES)]
        try:
            with self._database.transaction() as connection:
                readings = [self._reading(meter.meter_id, self._now, 0)]
                ingest(connection, meter, readings, self._now.start)
        except Invalid:
            self.seen["refused as too early"] += 1
        else:
            raise Disagreement("a half hour that is not over was stored")

    def _settle(self) -> None:
        self._try("settle", lambda: settle(self._database, self._town.community_id))

    def _hand_over(self) -> None:
        meter_id = self._town.meters[self._throw(HOMES)].meter_id
        since, owner = self.reference.owners[meter_id][-1]
        others = [one.member_id for one in self._town.members if one.member_id != owner]
        joiner = others[self._throw(len(others))]
        with self._database.transaction() as connection:
            settled = Interval(community_by_id(connection, self._town.community_id).settled_until)
        start = settled.later(self._throw(6))
        if start.number <= since:
            return

        def work() -> None:
            with self._database.transaction() as connection:
                hand_over(connection, self._town.community_id, meter_id, joiner, start.start)

        commits = self._database.commits
        self._try("hand over", work)
        if self._database.commits > commits:
            self.reference.owners[meter_id].append((start.number, joiner))

    def _wish(self) -> None:
        """A member wants some of what they have."""
        member = self._town.members[self._throw(len(self._town.members))]
        with self._database.transaction() as connection:
            covered = covered_micros(connection, member.member_id)
        if covered > 2 * MICROS:
            micros = MICROS + self._throw(min(covered - MICROS, 100 * MICROS))
            quoted = quote(MobileMoney.ECOCASH, micros, TURN)
            number = NUMBERS[self._throw(len(NUMBERS))]
            key = f"wish-{self.seen['wish']}"
            asked = Asked(key, MobileMoney.ECOCASH, number, micros, quoted.received_micros)
            self._wishes.append((self._town.members.index(member), asked))
            self.seen["wish"] += 1

    def _ask(self) -> None:
        """Ask until it is answered, with the same key."""
        if not self._wishes:
            return
        place, asked = self._wishes[-1]

        def work() -> None:
            with self._database.transaction() as connection:
                request_payout(connection, self._town.members[place], asked, TURN)

        commits = self._database.commits
        try:
            told = self._try("ask", work)
        except Conflict as error:
            if asked.key in self.reference.asked:
                raise Disagreement(f"asked again, it is refused: {error}") from error
            told = True  # a correction took the money meanwhile
        if self._database.commits > commits:
            self.reference.asked[asked.key] = asked
        if told:
            self._wishes.pop()

    def _approve(self) -> None:
        self._try("approve", self._approve_all)

    def _approve_all(self) -> None:
        with self._database.transaction() as connection:
            waiting = payouts_in(connection, self._town.community_id, "requested")
            new = [one.payout_id for one in waiting if one.batch_id is None]
            if new:
                create_batch(connection, self._town.clerk, new, by_file=False)
        with self._database.transaction() as connection:
            waiting = payouts_in(connection, self._town.community_id, "requested")
            for batch_id in sorted({one.batch_id for one in waiting if one.batch_id is not None}):
                approve_batch(connection, self._town.chief, batch_id)

    def _pay(self) -> None:
        self._try("pay", lambda: pay_held(self._database, self._provider))

    def _restart(self) -> None:
        self.close()
        self.open()
        self.seen["restart"] += 1

    def compare(self) -> None:
        """Raises Disagreement if what is stored or booked is not what it should be by now."""
        self.seen["compare"] += 1
        with self._database.transaction() as connection:
            compare(connection, self._town.community_id, self.reference)
