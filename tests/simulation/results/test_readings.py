"""Every reading, a file a day."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from peergrid.simulation.results.readings import ReadingsWriter
from tests.simulation.results.made import street
from tests.strategies import QUICKLY

DAY = date(2026, 9, 29)
MOST_INT16 = 32_767


def read(path: Path) -> pa.Table:
    with pa.OSFile(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def test_a_day_of_two_homes_is_a_file_with_a_column_a_half_hour(tmp_path: Path) -> None:
    flows = np.arange(96).reshape(48, 2)
    writer = ReadingsWriter(tmp_path / "readings", street(), most_wh=500)

    writer.write_day(DAY, flows, flows + 100, flows + 200)

    table = read(tmp_path / "readings" / "2026-09-29.arrow")
    assert (table.num_rows, table.num_columns) == (2, 144)
    assert table["import_03_wh"].to_pylist() == [6, 7]
    assert table["export_00_wh"].to_pylist() == [100, 101]
    assert table["generation_47_wh"].to_pylist() == [294, 295]
    field = table.schema.field("import_03_wh")
    assert field.type == pa.int16()
    assert field.metadata[b"unit"] == b"Wh"
    assert field.metadata[b"interval_start"] == b"2026-09-28T23:30:00+00:00"
    assert table.schema.metadata[b"day"] == b"2026-09-29"
    assert table.schema.metadata[b"seed"] == b"1"


@QUICKLY
@given(data=st.data(), most_wh=st.sampled_from([MOST_INT16, MOST_INT16 + 1, 2**31 - 1]))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, most_wh: int
) -> None:
    shape = (48, data.draw(st.integers(0, 3)))
    days = arrays(np.int64, shape, elements=st.integers(0, most_wh), fill=st.just(most_wh))
    flows = [data.draw(days) for _ in range(3)]
    folder = tmp_path_factory.mktemp("written") / "readings"

    ReadingsWriter(folder, street(), most_wh).write_day(DAY, *flows)

    columns = read(folder / "2026-09-29.arrow").columns
    assert [column.to_pylist() for column in columns] == np.concatenate(flows).tolist()
    assert {column.type for column in columns} == {
        pa.int16() if most_wh == MOST_INT16 else pa.int32()
    }


@pytest.mark.parametrize("wrong", [-1, 501, 70_000])
def test_a_reading_that_would_not_fit_is_refused(tmp_path: Path, wrong: int) -> None:
    flows = np.zeros((48, 2), np.int64)
    writer = ReadingsWriter(tmp_path / "readings", street(), most_wh=500)

    with pytest.raises(ValueError, match="export_wh must lie between 0 and 500 Wh"):
        writer.write_day(DAY, flows, flows + wrong, flows)


def test_a_day_of_another_length_is_refused(tmp_path: Path) -> None:
    flows = np.zeros((47, 2), np.int64)

    with pytest.raises(ValueError, match=r"must be \(48, homes\)"):
        ReadingsWriter(tmp_path / "readings", street()).write_day(DAY, flows, flows, flows)
