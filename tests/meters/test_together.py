"""Requests stored together come to what they would one after the other."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.energy import Reading
from peergrid.errors import Conflict, Invalid
from peergrid.meters.ingest import ingest
from peergrid.meters.latest import clock_of
from peergrid.meters.overlap import Outcome
from peergrid.meters.together import Answer, Request, ingest_together
from tests.community import NOON, Street, report

KNOWN = """
select meter_id, interval_start, import_wh, revision from reading order by 1, 2"""
SUMS = """
select interval_start, readings, import_wh from community_interval where readings > 0 order by 1"""


def together(database: Database, street: Street, requests: Sequence[Request]) -> list[Answer]:
    with database.transaction() as connection:
        return ingest_together(connection, street.community_id, requests)


def one_by_one(database: Database, requests: Sequence[Request]) -> list[Answer]:
    answers: list[Answer] = []
    for request in requests:
        try:
            with database.transaction() as connection:
                answers.append(ingest(connection, request.meter, request.readings, None))
        except (Conflict, Invalid) as error:
            answers.append(error)
    return answers


def plain(answers: Sequence[Answer]) -> list[Outcome | str]:
    return [answer if isinstance(answer, Outcome) else str(answer) for answer in answers]


def test_a_bad_request_is_told_why_and_spoils_no_other(database: Database, street: Street) -> None:
    ada, ben = street.ada_meter, street.ben_meter
    report(database, ada, NOON, 0, 1_000)
    good = Request(ben, [Reading(ben.meter_id, NOON, 400, 0)], None)
    too_much = Request(ben, [Reading(ben.meter_id, NOON.later(1), 9_999, 0)], None)
    contradicts = Request(
        ada, [Reading(ada.meter_id, NOON.later(1), 0, 5), Reading(ada.meter_id, NOON, 0, 900)], None
    )
    again = Request(ada, [Reading(ada.meter_id, NOON, 0, 1_000)], None)

    answers = plain(together(database, street, [contradicts, good, too_much, again]))

    assert answers[1] == Outcome(stored=1, corrected=0, unchanged=0)
    assert answers[3] == Outcome(stored=0, corrected=0, unchanged=1)
    assert "Reading 2 (2026-09-01T10:00Z): street-ada has other numbers" in str(answers[0])
    assert "Reading 1 (2026-09-01T10:30Z): import_wh 9999 is above" in str(answers[2])
    with database.transaction() as connection:
        rows = connection.execute(KNOWN).fetchall()
        assert clock_of(connection, street.community_id) == NOON.start
    assert [(row[0], row[2]) for row in rows] == [(ada.meter_id, 0), (ben.meter_id, 400)]


def test_what_is_over_by_the_last_ones_clock_is_over_for_all(
    database: Database, street: Street
) -> None:
    ada, ben = street.ada_meter, street.ben_meter
    late = Request(ada, [Reading(ada.meter_id, NOON, 0, 1)], NOON.end)
    early = Request(ben, [Reading(ben.meter_id, NOON.later(-1), 1, 0)], NOON.start)
    too_early = Request(ben, [Reading(ben.meter_id, NOON.later(1), 1, 0)], NOON.end)

    answers = plain(together(database, street, [early, late, too_early]))

    assert answers[:2] == [Outcome(1, 0, 0)] * 2
    assert "not over yet" in str(answers[2])


sent = st.lists(
    st.tuples(
        st.integers(0, 1),  # whose
        st.dictionaries(st.integers(0, 4), st.tuples(st.integers(0, 2), st.integers(0, 9)))
        .filter(bool)
        .map(dict.items),
    ),
    min_size=1,
    max_size=8,
)


@given(sent=sent)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_together_or_one_by_one_is_the_same(
    database: Database, street: Street, sent: list[tuple[int, list[tuple[int, tuple[int, int]]]]]
) -> None:
    meters = (street.ada_meter, street.ben_meter)
    requests = [
        Request(
            meters[whose],
            [
                # a nine is more than the connection carries; an odd one may contradict an even
                Reading(meters[whose].meter_id, NOON.later(offset), 800 * wh, 0, revision=revision)
                for offset, (revision, wh) in rows
            ],
            None,
        )
        for whose, rows in sent
    ]
    turns = [[one for one in requests if one.meter is meter] for meter in meters]
    seen: list[object] = []
    for _ in range(2):
        with database.transaction() as connection:
            connection.execute("truncate reading, community_change")
        if not seen:
            answers = together(database, street, requests)
        else:  # meters do not see each other: by turns, or one meter after the other
            by_meter = [iter(one_by_one(database, turn)) for turn in turns]
            answers = [next(by_meter[whose]) for whose, _ in sent]
        with database.transaction() as connection:
            rows = connection.execute(KNOWN).fetchall(), connection.execute(SUMS).fetchall()
        seen.append((plain(answers), rows))

    assert seen[0] == seen[1]
