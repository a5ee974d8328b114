"""No key of anybody's stands in what is published."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = {".py", ".md", ".toml", ".sh", ".yml", ".yaml", ".json", ".cfg", ".ini", ".txt", ".sql", ""}
# The shapes by which those who issue keys have them found in public code.
KEYS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
    r"|\bAKIA[0-9A-Z]{16}\b"  # Amazon
    r"|\bgh[opsur]_[0-9A-Za-z]{36}\b|\bgithub_pat_\w{60,}"
    r"|\bAIza[0-9A-Za-z_-]{35}\b"  # Google
    r"|\bxox[abprs]-[0-9A-Za-z-]{20,}"  # Slack
    r"|\bsk_live_[0-9A-Za-z]{20,}"  # Stripe
    r"|\bpypi-[0-9A-Za-z_-]{50,}"
    r"|\beyJ[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{20,}"  # a signed token
    r"|\b[mc]k_[0-9A-Za-z_-]{40,}"  # a meter's or a collector's of PeerGrid
)


def test_no_file_that_is_published_holds_a_key() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    texts = [path for path in paths if path.suffix in TEXT and path.is_file()]

    assert len(texts) > 100
    assert [path for path in texts if KEYS.search(path.read_text(errors="replace"))] == []


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN " + "PRIVATE KEY-----",
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "AKIA" + "Z" * 16,
        "ghp_" + "a1" * 18,
        "mk_" + "a1_-" * 11,
        ".".join(["eyJ" + "a" * 30] * 3),
    ],
)
def test_a_planted_key_is_found(planted: str) -> None:
    assert KEYS.search(f'key = "{planted}"')
