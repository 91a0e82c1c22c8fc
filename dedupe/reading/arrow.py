"""Arrow's files and streams, opened; how much their batches unpack to is asked of them before any is unpacked.

The messages are flatbuffers (Arrow columnar format 1.5, "Serialization and interprocess communication": a compressed
buffer begins with the 64-bit length that it unpacks to). pyarrow believes that number, and asks for so much memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

_MAGIC = b"ARROW1"
_CONTINUES = b"\xff\xff\xff\xff"
_DICTIONARY_BATCH, _RECORD_BATCH = 2, 3
_HEADER_TYPE, _HEADER, _BODY_BYTES = 1, 2, 3
_DATA_OF_DICTIONARY = 1
_BUFFERS, _COMPRESSION = 2, 3
_DICTIONARIES_OF_FOOTER, _BATCHES_OF_FOOTER = 2, 3
_BLOCK, _BUFFER = struct.Struct("<qi4xq"), struct.Struct("<qq")


def is_file(file: Any) -> bool:
    """Return whether this is Arrow's file format and not its stream, and go to the beginning."""
    file.seek(0)
    begin = file.read(len(_MAGIC))
    file.seek(0)
    return bool(begin == _MAGIC)


def schema_of(file: Any) -> Any:
    """Return the schema; raises what pyarrow raises."""
    import pyarrow as pa

    return (pa.ipc.open_file(file) if is_file(file) else pa.ipc.open_stream(file)).schema


def batches_of(file: Any) -> Iterator[Any]:
    """Yield the batches; what points elsewhere than into its own buffers raises, as what pyarrow raises."""
    import pyarrow as pa

    if is_file(file):
        reader = pa.ipc.open_file(file)
        batches = (reader.get_batch(number) for number in range(reader.num_record_batches))
    else:
        batches = pa.ipc.open_stream(file)
    for batch in batches:
        # pyarrow takes offsets and indices as they come, and would follow them out of the buffers.
        batch.validate(full=True)
        yield batch


def claims(file: Any) -> Iterator[int]:
    """Yield how many bytes each message says it takes in memory; ValueError where the messages cannot be followed."""
    try:
        for start, length, body in _places_in_file(file) if is_file(file) else _places_in_stream(file):
            yield max(length, _claimed(file, start, length, body))
    except struct.error as error:
        raise ValueError("its messages are not whole") from error


def _places_in_stream(file: Any) -> Iterator[tuple[int, int, int]]:
    """Yield where each message begins, how long what describes it is, and the size of its body."""
    position = 0
    while True:
        begin = _read(file, position, 8)
        ahead = 8 if begin[:4] == _CONTINUES else 4
        if len(begin) < ahead:
            return
        (length,) = struct.unpack_from("<i", begin, ahead - 4)
        if length <= 0:
            return
        message = _read(file, position + ahead, length)
        (body,) = _number(message, _root(message), _BODY_BYTES, "<q")
        yield position + ahead, length, body
        position += ahead + length + max(0, body)


def _places_in_file(file: Any) -> Iterator[tuple[int, int, int]]:
    """Yield the same of a file, whose end says where its messages are."""
    end = file.seek(0, 2) - len(_MAGIC) - 4
    (length,) = struct.unpack("<i", _read(file, end, 4))
    footer = _read(file, end - length, length)
    for which in (_DICTIONARIES_OF_FOOTER, _BATCHES_OF_FOOTER):
        for start, described, body in _structs(footer, _root(footer), which, _BLOCK):
            ahead = 8 if _read(file, start, 4) == _CONTINUES else 4
            yield start + ahead, described - ahead, body


def _claimed(file: Any, start: int, length: int, body: int) -> int:
    """Return what the batch in one message unpacks to, 0 where it holds none."""
    message = _read(file, start, length)
    kind = _number(message, _root(message), _HEADER_TYPE, "<B")[0]
    batch = _table(message, _root(message), _HEADER)
    if kind == _DICTIONARY_BATCH:
        batch = _table(message, batch, _DATA_OF_DICTIONARY)
    elif kind != _RECORD_BATCH:
        return 0
    if not _place(message, batch, _COMPRESSION):
        return body
    claimed = 0
    for offset, size in _structs(message, batch, _BUFFERS, _BUFFER):
        if size:
            claimed += max(size, *struct.unpack("<q", _read(file, start + length + offset, 8)))
    return claimed


def _read(file: Any, start: int, size: int) -> bytes:
    if start < 0 or size < 0:
        raise ValueError("its messages lie nowhere")
    file.seek(start)
    return bytes(file.read(size))


def _root(message: bytes) -> int:
    return int(struct.unpack_from("<I", message)[0])


def _place(message: bytes, table: int, field: int) -> int:
    """Return where a field of a table of flatbuffers lies, 0 where the table has it not."""
    vtable = table - struct.unpack_from("<i", message, table)[0]
    entry = 4 + 2 * field
    if vtable < 0 or entry + 2 > struct.unpack_from("<H", message, vtable)[0]:
        return 0
    offset = struct.unpack_from("<H", message, vtable + entry)[0]
    return table + offset if offset else 0


def _number(message: bytes, table: int, field: int, kind: str) -> tuple[int, ...]:
    place = _place(message, table, field)
    return struct.unpack_from(kind, message, place) if place else (0,)


def _table(message: bytes, table: int, field: int) -> int:
    place = _place(message, table, field)
    return int(place + struct.unpack_from("<I", message, place)[0])


def _structs(message: bytes, table: int, field: int, kind: struct.Struct) -> Iterator[tuple[int, ...]]:
    place = _place(message, table, field)
    if place:
        vector = place + struct.unpack_from("<I", message, place)[0]
        (count,) = struct.unpack_from("<I", message, vector)
        for number in range(count):
            yield kind.unpack_from(message, vector + 4 + number * kind.size)
