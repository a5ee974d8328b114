"""The tables that can be taken along: a member's own, and those of an operator's community."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from peergrid import __version__
from peergrid.database.pool import Connection
from peergrid.energy import day_start
from peergrid.errors import Invalid
from peergrid.files.table import Block, Kind, Table
from peergrid.members.membership import Community
from peergrid.settlement.export import queries
from peergrid.settlement.export.rows import by_cursor, by_span, readings
from peergrid.settlement.export.spans import Span, spans_of_community, spans_of_member

UNITS = "_wh: watt-hours; _micros: millionths of a US dollar; _w: watts; _utc: UTC; day: local"


@dataclass(frozen=True)
class Asked:
    """Local days ``[first, end)`` of a community; of one member's own if ``member_id`` says so."""

    community: Community
    first: date
    end: date
    member_id: int | None = None

    def __post_init__(self) -> None:
        if self.end <= self.first:
            raise Invalid(f"{self.end} is not after {self.first}: the end is not part of it.")

    @property
    def parameters(self) -> dict[str, object]:
        """What queries are told."""
        return {
            "community": self.community.community_id,
            "member": self.member_id,
            "start": day_start(self.first),
            "end": day_start(self.end),
        }

    @property
    def days(self) -> str:
        """For the name of a file: a month if it is one, else its first and last day."""
        one_month = self.first.day == 1 and (self.end - self.first).days in range(28, 32)
        if one_month and self.end.day == 1:
            return f"{self.first:%Y-%m}"
        return f"{self.first}-until-{self.end}"

    def spans(self, connection: Connection) -> list[Span]:
        """Whose meters, from when until when."""
        start, end = day_start(self.first), day_start(self.end)
        if self.member_id is not None:
            return spans_of_member(connection, self.member_id, start, end)
        return spans_of_community(connection, self.community.community_id, start, end)


type Rows = Callable[[Connection, Asked], Iterator[Block]]


def _read(connection: Connection, asked: Asked) -> Iterator[Block]:
    return readings(connection, asked.spans(connection))


def _asking(query: str) -> Rows:
    return lambda connection, asked: by_cursor(connection, query, asked.parameters)


def _by_meter(query: str) -> Rows:
    return lambda connection, asked: by_span(connection, query, asked.spans(connection))


type Source = tuple[Mapping[str, Kind], Rows]

READINGS: Source = (queries.READING_COLUMNS, _read)
SHARES: Source = (queries.SHARE_COLUMNS, _by_meter(queries.SHARES))
PAYOUTS: Source = (queries.PAYOUT_COLUMNS, _asking(queries.PAYOUTS))
OF_MEMBER: Mapping[str, Source] = {
    "readings": READINGS,
    "shares": SHARES,
    "statement": (queries.STATEMENT_COLUMNS, _asking(queries.STATEMENT)),
    "payouts": PAYOUTS,
}
OF_COMMUNITY: Mapping[str, Source] = {
    "members": (queries.MEMBER_COLUMNS, _asking(queries.MEMBERS)),
    "meters": (queries.METER_COLUMNS, _asking(queries.METERS)),
    "readings": READINGS,
    "settlements": (queries.SETTLEMENT_COLUMNS, _asking(queries.SETTLEMENTS)),
    "shares": SHARES,
    "transfers": (queries.TRANSFER_COLUMNS, _by_meter(queries.TRANSFERS)),
    "payouts": PAYOUTS,
}


def table_of(connection: Connection, name: str, asked: Asked) -> Table:
    """A table of ``OF_MEMBER`` or, for no member in particular, ``OF_COMMUNITY``.

    Its rows are read as they are asked for: use it in the same snapshot.
    """
    columns, rows = (OF_COMMUNITY if asked.member_id is None else OF_MEMBER)[name]
    return Table(name, columns, rows(connection, asked), about(asked))


def about(asked: Asked) -> dict[str, str]:
    """Where an export comes from."""
    return {
        "made_by": f"PeerGrid {__version__}",
        "made_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "community": asked.community.title,
        "settled_until": f"{asked.community.settled_until:%Y-%m-%dT%H:%MZ}",
        "first_day": str(asked.first),
        "end_day": str(asked.end),
        "units": UNITS,
    }
