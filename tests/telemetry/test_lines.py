"""One JSON object a line, and of an error nothing that it quotes."""

import json
import logging
import sys

from peergrid.telemetry.lines import JsonLines


def line(message: str, *arguments: object, error: object = None, **extra: object) -> str:
    record = logging.LogRecord("peergrid", logging.INFO, "x.py", 1, message, arguments, None)
    record.created = 1_788_256_800.25
    record.exc_info = error  # type: ignore[assignment]
    record.__dict__.update(extra)
    return JsonLines().format(record)


def test_a_line_says_when_how_grave_who_and_what() -> None:
    said = line("%s half hours settled\nin %s", 48, "Dzivarasekwa")

    assert "\n" not in said
    assert json.loads(said) == {
        "time": "2026-09-01T10:00:00.250+00:00",
        "level": "info",
        "logger": "peergrid",
        "message": "48 half hours settled\nin Dzivarasekwa",
    }


def test_of_an_error_its_kind_and_its_way_are_told_and_not_its_words() -> None:
    try:
        int("ada@street.example")
    except ValueError:
        said = line("It failed", error=sys.exc_info())

    told = json.loads(said)
    assert told["error"] == "builtins.ValueError"
    assert told["passed"][0].endswith(
        "test_of_an_error_its_kind_and_its_way_are_told_and_not_its_words"
    )
    assert "ada" not in said


def test_figures_stand_beside_the_message() -> None:
    assert json.loads(line("figures", figures={"peergrid.meters": 2}))["peergrid.meters"] == 2
