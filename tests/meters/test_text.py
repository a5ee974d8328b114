"""The same readings come to the same rows, whatever they were written in."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.meters.arrow import ARROW_STREAM, Sent
from peergrid.meters.batch import NO_INTERVAL, NO_METER, NOTHING, Batch
from peergrid.meters.roster import Roster
from peergrid.meters.text import CSV, NDJSON, READ
from tests.bulk import as_arrow
from tests.community import NOON

SERIALS = ("ada", "ben")
NOTHING_YET = np.array([0, 0])
ROSTER = Roster(np.array([1, 2]), NOTHING_YET, NOTHING_YET, NOTHING_YET, SERIALS)
COLUMNS = ("serial", "interval_start", "import_wh", "export_wh", "generation_wh")
MORE = ("quality", "revision")

type Row = tuple[object, ...]

ROWS = st.lists(
    st.tuples(
        st.sampled_from(("ada", "ben", "nobody", "")),
        st.integers(900_000, 1_000_000),
        *[st.integers(-1, 2**40)] * 3,
        st.integers(0, 9),
        st.integers(0, 40_000),
    ),
    min_size=1,
    max_size=8,
)


def text_of(number: int) -> str:
    return datetime.fromtimestamp(number * 1_800, UTC).isoformat().replace("+00:00", "Z")


def lines(rows: Sequence[Row], columns: Sequence[str]) -> Sequence[Mapping[str, object]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


def as_ndjson(rows: Sequence[Row], columns: Sequence[str] = COLUMNS) -> bytes:
    return "".join(json.dumps(line) + "\n" for line in lines(rows, columns)).encode()


def as_csv(rows: Sequence[Row], columns: Sequence[str] = COLUMNS) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in (columns, *rows)).encode()


def read(kind: str, body: bytes) -> Batch:
    sent = READ[kind](body)
    assert isinstance(sent, Sent)
    return sent.batch_of(ROSTER)


def numbers(batch: Batch) -> list[tuple[int, ...]]:
    columns = [getattr(batch, name) for name in Batch.__dataclass_fields__]
    return list(zip(*(column.tolist() for column in columns), strict=True))


@settings(max_examples=25)
@given(rows=ROWS)
def test_the_same_content_in_all_formats_is_the_same_rows(rows: list[Row]) -> None:
    names = COLUMNS + MORE
    texts = [(serial, text_of(int(str(number))), *rest) for serial, number, *rest in rows]
    arrays = {name: np.array([row[place] for row in rows]) for place, name in enumerate(names)}

    arrow = numbers(read(ARROW_STREAM, as_arrow(arrays | {"serial": [row[0] for row in rows]})))

    assert numbers(read(NDJSON, as_ndjson(texts, names))) == arrow
    assert numbers(read(CSV, as_csv(texts, names))) == arrow


@pytest.mark.parametrize(
    "wrong", ["NaN", "1.5", "1e3", "", "0x10", "9" * 30, "many", "=1+1", "true"]
)
def test_what_is_no_whole_number_is_left_for_the_check_to_refuse(wrong: str) -> None:
    row = ("ada", "2026-09-01T10:00:00Z", wrong, 0, 0)

    batch = read(CSV, as_csv([row]))

    assert batch.import_wh.tolist() == [NOTHING]


@pytest.mark.parametrize("wrong", [1.5, None, "12", True, [1], 10**40, {}])
def test_a_value_of_json_that_is_no_whole_number_is_left_too(wrong: object) -> None:
    batch = read(NDJSON, as_ndjson([("ada", "2026-09-01T10:00:00Z", wrong, 0, 0)]))

    assert batch.import_wh.tolist() == [NOTHING]


@pytest.mark.parametrize(
    "time",
    ["2026-09-01T10:00:00", "2026-09-01T12:00:00+02:00", "2026-13-01T10:00:00Z", "noon", "10"],
)
def test_a_time_that_is_not_utc_begins_no_interval(time: str) -> None:
    row = ("ada", time, 0, 0, 0)

    for batch in (read(CSV, as_csv([row])), read(NDJSON, as_ndjson([row]))):
        assert batch.number.tolist() == [NO_INTERVAL]


def test_utc_may_be_written_in_either_way() -> None:
    rows = [("ada", f"2026-09-01T10:00:00{zone}", 0, 0, 0) for zone in ("Z", "+00:00")]

    assert read(CSV, as_csv(rows)).number.tolist() == [NOON.number] * 2


def test_a_meter_that_is_not_text_is_no_meter() -> None:
    rows = [(7, "2026-09-01T10:00:00Z", 0, 0, 0), ("ada", "2026-09-01T10:00:00Z", 0, 0, 0)]

    assert read(NDJSON, as_ndjson(rows)).meter_id.tolist() == [NO_METER, 1]


@pytest.mark.parametrize(
    ("kind", "body", "sentence"),
    [
        (NDJSON, b'{"serial": "ada"}\n{"seri', "Line 2 is no reading"),
        (NDJSON, b'{"serial": "ada", "colour": 1}\n', "Line 1 is no reading.*colour"),
        (NDJSON, b"[1, 2]\n", "Line 1 is no reading"),
        (NDJSON, b"\xff\xfe\n", "Line 1 is no reading"),
        (NDJSON, b'{"import_wh": NaN}\n', "Line 1 is no reading"),
        (NDJSON, b"[" * 5_000, "Line 1 is no reading"),
        (NDJSON, b"", "missing"),
        (CSV, b"", "no CSV"),
        (CSV, b"serial,import_wh\nada,1,2\n", "no CSV"),
        (CSV, b"serial,import_wh\nada,1\n", "interval_start is missing"),
        (CSV, b"serial,serial\nada,ben\n", "twice"),
        (CSV, b"serial,import_wh\n\xff,1\n", "no CSV"),
        (CSV, as_csv([]) + b"\n", "no reading"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    kind: str, body: bytes, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        read(kind, body)
