"""The sun that panels of a town get: from the cache if it was computed before, else computed."""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import cache as once
from hashlib import blake2b
from importlib import import_module
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.errors import Invalid
from peergrid.simulation.sky.orientation import Orientation
from peergrid.simulation.sky.sites import Site
from peergrid.simulation.sky.variability import Variability

COMPUTES = "peergrid.simulation.sky.solar"
LIBRARIES = ("numpy", "pandas", "pvlib", "scipy")
FOLDER = "sun"  # within the cache
MOST_BYTES = 200_000_000  # of tables; what was not used for longest goes first
DIGEST_BYTES = 16

type Table = NDArray[np.float32]


def sun_table(
    site: Site,
    orientations: Sequence[Orientation],
    first: date,
    days: int,
    *,
    seed: int,
    variability: Variability = "random",
    weather_file: Path | None = None,
    cache: Path | None = None,
) -> Table:
    """What 1 kWp of each orientation makes [orientations, days * 48], Wh, from local midnight.

    As ``solar.sun_wh_per_kwp``, which it calls unless ``cache``, a folder, has the same table
    of the same program. A folder that cannot be written to is passed over in silence: the
    cache saves time and nothing else. Raises Invalid for a weather file that cannot be used.
    """
    drawn = variability == "random" and weather_file is None
    wanted = (site, tuple(orientations), first, days, seed if drawn else variability)
    shape = (len(orientations), days * INTERVALS_PER_DAY)
    kept = None
    if cache:
        kept = cache / FOLDER / f"{_key(repr(wanted), _content(weather_file))}.npy"
        known = _read(kept, shape)
        if known is not None:
            return known
    computed: Table = import_module(COMPUTES).sun_wh_per_kwp(
        site,
        orientations,
        first,
        days,
        seed=seed,
        variability=variability,
        weather_file=weather_file,
    )
    if kept:
        with suppress(OSError):
            _write(kept, computed)
            tidy(kept.parent)
    return computed


def _content(weather_file: Path | None) -> bytes:
    """What tells one weather file from another, its name included: complaints bear it."""
    if weather_file is None:
        return b""
    try:
        return weather_file.name.encode() + b"\n" + weather_file.read_bytes()
    except OSError as error:
        raise Invalid(f"{weather_file} cannot be read: {error.strerror or error}") from error


def _key(wanted: str, content: bytes) -> str:
    """A name for a table: the same only for the same question, file, program and libraries."""
    told = blake2b(digest_size=DIGEST_BYTES)
    for part in (_physics(), wanted.encode(), content):
        told.update(len(part).to_bytes(8, "little") + part)
    return told.hexdigest()


@once
def _physics() -> bytes:
    """What computes a table: this folder's files, the dice, and the libraries' versions."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *sorted(here.glob("*.toml")), here.parent / "dice.py"]
    versions = [f"{name} {version(name)}".encode() for name in LIBRARIES]
    return b"\n".join([*(file.read_bytes() for file in files), *versions])


def _read(path: Path, shape: tuple[int, int]) -> Table | None:
    """The table kept there; None if there is none or it is damaged."""
    try:
        stored = path.read_bytes()
        body, digest = stored[:-DIGEST_BYTES], stored[-DIGEST_BYTES:]
        if blake2b(body, digest_size=DIGEST_BYTES).digest() != digest:
            return None
        table: Table = np.load(BytesIO(body), allow_pickle=False)
        with suppress(OSError):  # a read-only cache serves as well
            os.utime(path)
    except OSError:
        return None
    return table if table.shape == shape else None


def _write(path: Path, table: Table) -> None:
    """Keep a table and its digest; whoever reads meanwhile sees all of it or none."""
    body = BytesIO()
    np.save(body, table, allow_pickle=False)
    digest = blake2b(body.getvalue(), digest_size=DIGEST_BYTES).digest()
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        try:
            part.write(body.getvalue() + digest)
            part.close()
            Path(part.name).replace(path)
        except OSError:
            Path(part.name).unlink(missing_ok=True)
            raise


def tidy(folder: Path, most_bytes: int = MOST_BYTES) -> None:
    """Delete what was not used for longest, until the rest fits into ``most_bytes``.

    Raises OSError if the folder cannot be read or written.
    """
    found = sorted(
        ((each.stat().st_mtime, each.stat().st_size, each) for each in folder.iterdir()),
        reverse=True,
    )
    kept = 0
    for _, size, each in found:
        kept += size
        if kept > most_bytes:
            each.unlink(missing_ok=True)
