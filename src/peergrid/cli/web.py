"""What browsers load, packed before anybody asks, and written for a host of files."""

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from peergrid.api.guard import headers_elsewhere
from peergrid.cli.options import out, told
from peergrid.dashboard.site.build import site_in
from peergrid.dashboard.site.hosting import write_site
from peergrid.errors import Invalid
from peergrid.settings import checked_address, read_cache_dir


def build_web(
    folder: Annotated[
        Path | None, typer.Argument(help="A new folder; without one only the cache is filled.")
    ] = None,
    backend: Annotated[
        str | None, typer.Option(help="Where `peergrid serve` answers: https://…")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Pack in seconds, a sixth larger.")
    ] = False,
) -> None:
    """Pack what browsers load as small as it goes, and write it for a host of files.

    `peergrid serve` sends what this leaves in the cache; run it when an image is built.
    """
    with told():
        if (folder is None) != (backend is None):
            raise Invalid("Name both a folder and --backend, or neither.")
        site = site_in(
            read_cache_dir(os.environ), fully=not quick, socket=backend and _socket_of(backend)
        )
        if folder is None:
            out.print(f"packed     {site.folder}")
        else:
            write_site(site, folder, headers_elsewhere(site.socket or ""))
            out.print(f"written    {folder}")


def _socket_of(backend: str) -> str:
    """The origin that the page opens its socket at."""
    parts = urlsplit(checked_address(backend, "--backend"))
    if parts.path or parts.query or parts.fragment:
        raise Invalid("--backend must be an origin without a path: https://peergrid.example")
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
