"""What a host of files is given, and what is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from peergrid.cli.main import app


def build(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["build-web", *arguments])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "out"
    done = build(str(folder), "--backend", "https://peergrid.example", "--quick")
    assert done.exit_code == 0, done.stderr
    return folder


def test_the_page_speaks_to_the_backend_and_may_speak_to_no_other(written: Path) -> None:
    page = (written / "public/index.html").read_text()
    rules = json.loads((written / "firebase.json").read_text())["hosting"]["headers"]
    of_all = {it["key"]: it["value"] for it in rules[0]["headers"]}

    assert 'data-socket="wss://peergrid.example"' in page
    assert (
        "connect-src 'self' wss://peergrid.example data: blob:;"
        in (of_all["Content-Security-Policy"])
    )
    assert of_all["Strict-Transport-Security"].startswith("max-age=63072000")
    assert of_all["Cross-Origin-Embedder-Policy"] == "require-corp"


def test_only_what_is_named_by_its_content_is_kept_for_ever(written: Path) -> None:
    hosting = json.loads((written / "firebase.json").read_text())["hosting"]
    kept = {
        rule["source"]: header["value"]
        for rule in hosting["headers"]
        for header in rule["headers"]
        if header["key"] == "Cache-Control"
    }
    (release,) = (written / "public/site").iterdir()

    assert kept == {"**": "no-cache", "/site/**": "public, max-age=31536000, immutable"}
    assert hosting["rewrites"] == [{"source": "!/site/**", "destination": "/index.html"}]
    assert (release / "main.dart.wasm.br").stat().st_size < 2_600_000
    assert f"/site/{release.name}/boot.js" in (written / "public/index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["out"], "Name both a folder and --backend"),
        (["--backend", "https://peergrid.example"], "Name both a folder and --backend"),
        (["out", "--backend", "http://peergrid.example"], "--backend must look like https://"),
        (["out", "--backend", "peergrid.example"], "--backend must look like https://"),
        (["out", "--backend", "https://peergrid.example/api"], "an origin without a path"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_work(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PEERGRID_CACHE_DIR", str(tmp_path / "cache"))
    done = build(*arguments, "--quick")

    assert done.exit_code == 2
    assert sentence in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = build(str(tmp_path), "--backend", "https://peergrid.example", "--quick")

    assert done.exit_code == 1
    assert "is not empty" in done.stderr
    assert [it.name for it in tmp_path.iterdir()] == ["mine.txt"]
