"""Bodies that come compressed, taken apart piece by piece: never more than asked for at once.

A few kilobytes can stand for gigabytes ("zip bomb"), so whoever reads here can stop early.
"""

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

from peergrid.errors import Invalid

if sys.version_info >= (3, 14):
    from compression import zstd
else:  # the same, until 3.14 is the oldest
    from backports import zstd

MOST_AT_ONCE = 65_536  # bytes
GZIP = 16 + zlib.MAX_WBITS  # zlib's way to say that a gzip header comes first
WINDOW_LOG = 23  # 8 MB: what a decoder of HTTP must support, and may refuse above (RFC 9659)
CODINGS = ("gzip", "zstd")


class Decoder(Protocol):
    """Takes pieces of a compressed body and gives pieces of what it stands for."""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """What the piece stands for, at most MOST_AT_ONCE bytes at a time."""

    @property
    def is_whole(self) -> bool:
        """Whether the body may end here."""


class Gzip:
    """RFC 1952, one member."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(GZIP)

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            try:
                made = self._stream.decompress(piece, MOST_AT_ONCE)
            except zlib.error as error:
                raise Invalid("The body is no gzip, though Content-Encoding says so.") from error
            _refuse_more(self._stream.unused_data)
            piece = self._stream.unconsumed_tail
            if made:
                yield made
            elif self._stream.eof:
                return


class Zstd:
    """RFC 8878, one frame."""

    def __init__(self) -> None:
        options = {int(zstd.DecompressionParameter.window_log_max): WINDOW_LOG}
        self._stream = zstd.ZstdDecompressor(options=options)

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while True:
            if self._stream.eof:
                _refuse_more(piece)
                return
            try:
                made = self._stream.decompress(piece, MOST_AT_ONCE)
            except zstd.ZstdError as error:
                raise Invalid("The body is no zstd, though Content-Encoding says so.") from error
            _refuse_more(self._stream.unused_data)
            piece = b""
            if made:
                yield made
            if self._stream.needs_input:
                return


def decoder_of(coding: str) -> Decoder:
    """``coding`` is one of CODINGS."""
    return Gzip() if coding == "gzip" else Zstd()


def _refuse_more(rest: bytes) -> None:
    if rest:
        raise Invalid("Something follows the end of the compressed body: send one stream.")
