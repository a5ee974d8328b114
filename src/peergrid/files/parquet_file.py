"""A table as Parquet, with its types and where it comes from."""

from collections.abc import Generator, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from peergrid.files.outlet import Outlet
from peergrid.files.table import Kind, Table

MEDIA_TYPE = "application/vnd.apache.parquet"
GROUP_ROWS = 100_000  # of a row group: what stands in memory at once
TYPE_OF = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.DAY: pa.date32(),
    Kind.FLAG: pa.bool_(),
}


def parquet_parts(table: Table) -> Generator[bytes]:
    """Row group after row group; the types and provenance come last, as Parquet has it."""
    fields = [pa.field(name, TYPE_OF[kind]) for name, kind in table.columns.items()]
    schema = pa.schema(fields, metadata=dict(table.about))
    outlet = Outlet()
    with pq.ParquetWriter(outlet, schema, compression="zstd") as writer:
        for group in _groups(table, schema):
            writer.write_table(group)
            yield outlet.take()
    yield outlet.take()


def _groups(table: Table, schema: pa.Schema) -> Iterator[pa.Table]:
    batches, rows = [], 0
    for block in table.blocks:
        columns = zip(*block, strict=True)
        arrays = [pa.array(column, of.type) for column, of in zip(columns, schema, strict=True)]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
        rows += len(block)
        if rows >= GROUP_ROWS:
            yield pa.Table.from_batches(batches).combine_chunks()
            batches, rows = [], 0
    if batches:
        yield pa.Table.from_batches(batches).combine_chunks()
