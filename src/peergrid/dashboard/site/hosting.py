"""The site as a folder for a host of files, with what the host is to say along with each."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from peergrid.dashboard.site.build import AT_ROOT, FULL, Site
from peergrid.dashboard.site.serving import ASK_FIRST, FOR_EVER, ISOLATED
from peergrid.errors import Conflict

ALL, KEPT, NOT_KEPT = "**", "/site/**", "!/site/**"  # whose addresses name their content


def write_site(site: Site, folder: Path, headers: Mapping[str, str]) -> None:
    """Write ``public`` and, for Firebase Hosting, ``firebase.json`` into a new folder.

    All answers are to carry ``headers``. Raises Conflict if something is in the folder.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty: name a new folder.")
    public = folder / "public"
    inside = public / site.place.strip("/")
    shutil.copytree(site.folder, inside, ignore=shutil.ignore_patterns(FULL))
    for name in AT_ROOT:
        (public / name).write_text(site.page(name))
    (folder / "firebase.json").write_text(json.dumps(_firebase(headers), indent=2) + "\n")


def _firebase(headers: Mapping[str, str]) -> dict[str, object]:
    """Where two rules set the same header, the later one holds; Firebase compresses by itself."""
    rules = ((ALL, {**headers, **ISOLATED, **ASK_FIRST}), (KEPT, FOR_EVER))
    return {
        "hosting": {
            "public": "public",
            "ignore": ["**/*.br", "**/*.gz"],
            "headers": [
                {"source": where, "headers": [{"key": k, "value": v} for k, v in said.items()]}
                for where, said in rules
            ],
            "rewrites": [{"source": NOT_KEPT, "destination": f"/{AT_ROOT[0]}"}],
        }
    }
