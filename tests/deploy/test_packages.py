"""What npm installs is pinned by digest, and the pins name no place that it comes from."""

import json
from pathlib import Path

LOCK = Path(__file__).parents[2] / "deploy" / "firebase" / "package-lock.json"


def test_every_package_has_a_digest_and_no_address() -> None:
    packages = json.loads(LOCK.read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}

    assert len(installed) > 100
    assert [name for name, it in installed.items() if not it.get("integrity")] == []
    assert [name for name, it in installed.items() if "resolved" in it] == []
