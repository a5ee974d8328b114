"""How large an Arrow stream says that it is, before anything of it is decompressed.

Its buffers may be compressed each for itself, whatever Content-Encoding says: a few kilobytes
can stand for gigabytes. Each then begins with how many bytes it stands for, and Arrow refuses
one that turns out to be more.
Source: Apache Arrow, format/Message.fbs (Message, DictionaryBatch, RecordBatch, BodyCompression);
FlatBuffers, "FlatBuffer Internals" (tables and vtables).
"""

from struct import error as struct_error
from struct import unpack_from

import pyarrow as pa
from pyarrow import ipc

from peergrid.errors import Invalid

HEADER_KIND, HEADER = 1, 2  # fields of a message, by their order
DICTIONARY_BATCH, RECORD_BATCH = 2, 3  # kinds of header
DICTIONARY = 1  # field of a dictionary batch: the record batch within
BUFFERS, COMPRESSION = 2, 3  # fields of a record batch
BUFFER_BYTES = 16  # offset and length, 8 bytes each
NOT_COMPRESSED = -1


def decompressed_bytes(body: bytes) -> int:
    """What all buffers of a stream come to once decompressed, as they say [bytes].

    Raises Invalid for what is no stream.
    """
    try:
        with pa.BufferReader(body) as source:
            return sum(map(_size, ipc.MessageReader.open_stream(source)))
    except (pa.ArrowException, OSError, struct_error) as error:
        raise Invalid("This is no whole Arrow IPC stream.") from error


def _size(message: ipc.Message) -> int:
    head, body = message.metadata.to_pybytes(), message.body
    (table,) = unpack_from("<I", head)
    (kind,) = unpack_from("<B", head, _needed(head, table, HEADER_KIND))
    if kind not in {DICTIONARY_BATCH, RECORD_BATCH}:
        return 0
    batch = _child(head, table, HEADER)
    if kind == DICTIONARY_BATCH:
        batch = _child(head, batch, DICTIONARY)
    if not _field(head, batch, COMPRESSION):
        return int(body.size)
    buffers = _child(head, batch, BUFFERS)
    (count,) = unpack_from("<I", head, buffers)
    if count * BUFFER_BYTES > len(head):
        raise struct_error
    data = memoryview(body)
    return sum(_stands_for(data, head, buffers + 4 + BUFFER_BYTES * i) for i in range(count))


def _stands_for(data: memoryview, head: bytes, place: int) -> int:
    offset, length = unpack_from("<qq", head, place)
    if not length:
        return 0
    if offset < 0 or length < 0:
        raise struct_error
    (said,) = unpack_from("<q", data, offset)
    if said < NOT_COMPRESSED:
        raise struct_error
    return int(length if said == NOT_COMPRESSED else said)


def _field(head: bytes, table: int, number: int) -> int:
    """Where a table's field stands; 0 if it is left out."""
    (back,) = unpack_from("<i", head, table)
    vtable = table - back
    if vtable < 0:
        raise struct_error
    (size,) = unpack_from("<H", head, vtable)
    entry = 4 + 2 * number
    if entry >= size:
        return 0
    (offset,) = unpack_from("<H", head, vtable + entry)
    return table + offset if offset else 0


def _needed(head: bytes, table: int, number: int) -> int:
    place = _field(head, table, number)
    if not place:
        raise struct_error
    return place


def _child(head: bytes, table: int, number: int) -> int:
    """Where the table or vector stands that a field points to."""
    place = _needed(head, table, number)
    (offset,) = unpack_from("<I", head, place)
    return place + int(offset)
