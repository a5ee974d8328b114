"""Many files in one, written as they come about."""

import zipfile
from collections.abc import Generator, Iterable

from peergrid.files.outlet import Outlet

MEDIA_TYPE = "application/zip"

type NamedFile = tuple[str, Iterable[bytes]]


def zip_parts(files: Iterable[NamedFile]) -> Generator[bytes]:
    """An archive of ``files`` by name, each compressed as its parts come."""
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, parts in files:
            with archive.open(name, "w", force_zip64=True) as member:
                for part in parts:
                    member.write(part)
                    if written := outlet.take():
                        yield written
    yield outlet.take()
