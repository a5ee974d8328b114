"""Files compressed once, beside themselves, for whoever asks for them."""

import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli

QUICKLY, FULLY = 5, 11  # Brotli's quality: 2 s of work for all files, and some two minutes
GZIP_LEVEL = 6
SUFFIXES = {"br": ".br", "gzip": ".gz"}  # by their names in HTTP
PACKED_ALREADY = {".png", ".woff2"}


def pack(folder: Path, quality: int) -> None:
    """Put a ``.br`` of that quality and a ``.gz`` beside each file that gets smaller by it."""
    already = {*PACKED_ALREADY, *SUFFIXES.values()}

    def pack_one(path: Path) -> None:
        content = path.read_bytes()
        _put(path, ".br", brotli.compress(content, quality=quality, lgwin=24))
        _put(path, ".gz", gzip.compress(content, GZIP_LEVEL, mtime=0))

    found = [it for it in folder.rglob("*") if it.is_file() and it.suffix not in already]
    largest_first = sorted(found, key=lambda it: -it.stat().st_size)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # both libraries let other threads run
        list(pool.map(pack_one, largest_first))


def _put(path: Path, suffix: str, packed: bytes) -> None:
    """At once: a server may be sending the one that stood there."""
    new = path.with_name(f"{path.name}{suffix}.{os.getpid()}")
    new.write_bytes(packed)
    new.replace(path.with_name(path.name + suffix))
