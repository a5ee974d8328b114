"""The pages that a browser is sent: built once, kept, and the same wherever they are served."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from string import Template

from peergrid.dashboard.site.named import icons_of_screens
from peergrid.dashboard.site.packing import FULLY, QUICKLY, pack

HERE = Path(__file__).parent
OWN = HERE / "page"
AT_ROOT = ("index.html", "manifest.webmanifest", "offline.html", "worker.js")  # they name the place
BOOT = "boot.js"
CLIENT = "peergrid.dashboard.site.client"  # loaded to build only: an image has it built already
MAKERS = ("build.py", "client.py", "icons.py", "named.py")  # they decide what is in the files
FULL = ".fully-packed"


@dataclass(frozen=True)
class Site:
    """What browsers may keep for ever lies in ``folder`` and is served at ``place``.

    The page speaks to ``socket``, an origin such as ``wss://peergrid.example``; None: its own host.
    """

    folder: Path
    place: str
    socket: str | None = None

    def page(self, name: str) -> str:
        """One of AT_ROOT, which a browser asks for anew each time."""
        text = (OWN / name).read_text()
        return Template(text).substitute(place=self.place, socket=self.socket or "")


def site_in(cache_dir: Path, *, fully: bool = False, socket: str | None = None) -> Site:
    """The site kept in ``cache_dir``, built if it is not there; ``fully`` packed if asked.

    Quickly packed takes seconds, fully some minutes, once for each version.
    """
    release = release_of()
    folder = cache_dir / "site" / release
    if not folder.exists():
        _build(folder)
    if fully and not (folder / FULL).exists():
        pack(folder, FULLY)
        (folder / FULL).touch()
    return Site(folder, f"/site/{release}/", socket)


@cache
def release_of() -> str:
    """A name for all that the site is made of: other content, other name."""
    digest = hashlib.sha256()
    for name in ("flet-web", "fonttools"):
        digest.update(f"{name} {version(name)}\n".encode())
    digest.update(" ".join(sorted(icons_of_screens())).encode())
    makers = (HERE / name for name in MAKERS)
    for path in sorted((*makers, *OWN.iterdir())):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _build(folder: Path) -> None:
    """All of it or nothing; whoever else builds it meanwhile builds the same."""
    client = import_module(CLIENT)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        new = Path(name) / folder.name
        for path, content in client.files_of_client():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).write_bytes(content)
        for own in OWN.iterdir():
            if own.name not in AT_ROOT:
                shutil.copyfile(own, new / own.name)
        (new / BOOT).write_text(client.loader() + (OWN / BOOT).read_text())
        pack(new, QUICKLY)
        try:
            new.rename(folder)
        except OSError:
            if not folder.exists():
                raise
