"""No key of anybody's stands in what is published."""

import re
import subprocess
from pathlib import Path

import pytest
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).parents[1]
TEXT = {".py", ".md", ".toml", ".sh", ".yml", ".yaml", ".json", ".cfg", ".ini", ".txt", ".sql", ""}
# Keys of those whose shapes are known; guessing by entropy would cry at every hash and test.
DETECTORS = {
    "plugins_used": [
        {"name": name}
        for name in (
            *("ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector"),
            *("CloudantDetector", "DiscordBotTokenDetector", "GitHubTokenDetector"),
            *("GitLabTokenDetector", "IbmCloudIamDetector", "JwtTokenDetector"),
            *("MailchimpDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector"),
            *("PypiTokenDetector", "SendGridDetector", "SlackDetector", "SquareOAuthDetector"),
            *("StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector"),
        )
    ]
}
OURS = re.compile(r"\b[mc]k_[0-9A-Za-z_-]{40,}")  # a meter's or a collector's key of PeerGrid


def found_in(path: Path) -> list[str]:
    """What looks like a key in a file: its kind and its line."""
    with transient_settings(DETECTORS):
        found = [f"{one.type}, line {one.line_number}" for one in scan_file(str(path))]
    return found + (["a key of PeerGrid"] if OURS.search(path.read_text(errors="replace")) else [])


def test_no_file_that_is_published_holds_a_key() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    texts = [path for path in paths if path.suffix in TEXT and path.is_file()]

    assert len(texts) > 100
    assert {path.name: found for path in texts if (found := found_in(path))} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN " + "PRIVATE KEY-----",
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "AKIA" + "Z" * 16,
        "ghp_" + "a1" * 18,
        "mk_" + "a1_-" * 11,
        ".".join(["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "a" * 43]),
    ],
)
def test_a_planted_key_is_found(planted: str, tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(f'key = "{planted}"\n')

    assert found_in(tmp_path / "settings.py")
