"""A provider that moves no money: it answers as real ones do, well and badly, by the number asked.

Its record is a file of its own, on disk before it answers, so that a key paid once stays paid
whatever dies. The first four numbers are those with which Paynow tests (its documentation of
Express Checkout's test mode); what the fourth does here, and the last two, are ours.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from peergrid.errors import Conflict, Unavailable
from peergrid.payments.provider import Outcome

PAYS = "+263771111111"  # as does every number that is not below
LATE = "+263772222222"  # pending at first, paid when asked what became of it
FAILS = "+263773333333"
PAYS_SILENTLY = "+263774444444"  # it pays, and no answer comes
DEAF_ONCE = "+263775555555"  # the first request is lost: nothing paid, no answer
ANSWERS_TWICE = "+263776666666"  # it tells who listens, and then whoever asked

SCHEMA = """
create table if not exists payment (
  key text primary key, number text not null, amount_micros integer not null,
  outcome text not null)"""
LOST = "create table if not exists lost (key text primary key)"
FIND = "select number, amount_micros, outcome from payment where key = ?"
ADD = "insert into payment values (?, ?, ?, ?)"
COME_TRUE = "update payment set outcome = 'paid' where key = ? and outcome = 'pending'"
LOSE = "insert into lost values (?) on conflict do nothing"
PAID = "select number, sum(amount_micros) from payment where outcome = 'paid' group by number"

type Listener = Callable[[str, Outcome], None]


class Sandbox:
    """The provider whose record is the SQLite file at ``path``, made if it is not there.

    ``answer_s`` is how long an answer takes; ``listener`` hears what is told unasked.
    """

    def __init__(self, path: Path, answer_s: float = 0.0, listener: Listener | None = None) -> None:
        self._path = path
        self._answer_s = answer_s
        self._listener = listener
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        with self._record() as record:
            record.execute(SCHEMA)
            record.execute(LOST)

    def pay(self, key: str, number: str, amount_micros: int) -> Outcome:
        """As ``Provider.pay``; what goes wrong depends on the number."""
        time.sleep(self._answer_s / 2)
        with self._record() as record:
            known = record.execute(FIND, (key,)).fetchone()
            is_lost = number == DEAF_ONCE and record.execute(LOSE, (key,)).rowcount
            if known and known[:2] != (number, amount_micros):
                raise Conflict(f"{key} was paid to another number, or another amount.")
            if not known and not is_lost:
                outcome = {FAILS: Outcome.FAILED, LATE: Outcome.PENDING}.get(number, Outcome.PAID)
                record.execute(ADD, (key, number, amount_micros, outcome))
        time.sleep(self._answer_s / 2)
        if is_lost or (number == PAYS_SILENTLY and not known):
            raise Unavailable("The sandbox did not answer.")
        outcome = Outcome(known[2]) if known else outcome
        if number == ANSWERS_TWICE and self._listener:
            self._listener(key, outcome)
        return outcome

    def status(self, key: str) -> Outcome:
        """As ``Provider.status``; what was pending is paid from then on."""
        time.sleep(self._answer_s)
        with self._record() as record:
            record.execute(COME_TRUE, (key,))
            known = record.execute(FIND, (key,)).fetchone()
        return Outcome(known[2]) if known else Outcome.UNKNOWN

    def paid_micros(self) -> dict[str, int]:
        """What has arrived at each number [micros]."""
        with self._record() as record:
            return dict(record.execute(PAID).fetchall())

    @contextmanager
    def _record(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the record; nobody else writes meanwhile."""
        try:
            file = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            with closing(file) as record, record:
                record.execute("begin immediate")
                yield record
        except sqlite3.DatabaseError as error:
            raise Unavailable(f"The sandbox's record {self._path} fails: {error}.") from error
