"""`peergrid replay`, as an operator types it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from peergrid.cli.main import app
from peergrid.database.pool import Database
from peergrid.market.tariff_terms import terms_of
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, report_both

ASKED = ("replay", "--community", "street", "--month", "2026-09")


def peergrid(url: str, *arguments: str) -> Result:
    given = {"PEERGRID_DATABASE_URL": url}
    return CliRunner().invoke(app, list(arguments), env=given, catch_exceptions=False)


def settled(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)


def test_a_month_is_told_as_booked_and_as_replayed(
    url: str, database: Database, street: Street
) -> None:
    settled(database, street)

    done = peergrid(url, *ASKED, "--scheme", "net_metering")

    assert done.exit_code == 0, done.stderr
    first, _, *lines, last = done.stdout.splitlines()
    told = {line[2:24].strip(): (line[24:40].strip(), line[40:].strip()) for line in lines}
    assert first == "street, September 2026, until 2026-08-31 22:30 UTC: 2 members"
    assert told["energy credit earned"] == ("0.0 kWh", "0.8 kWh")
    assert told["all bills"] == ("-US$0.04", "US$0.03")
    assert last.strip() == "2 bills would be higher, 0 lower; nothing was written"


def test_json_has_every_member(url: str, database: Database, street: Street) -> None:
    settled(database, street)

    told = json.loads(peergrid(url, *ASKED, "--scheme", "feed_in", "--json").stdout)

    assert [one["name"] for one in told["members"]] == ["Ada", "Ben"]
    assert told["booked"]["bill_micros"] == -600 * 64
    assert told["replayed"]["bill_micros"] == 33_920 - 64_000
    assert (told["month"], told["is_complete"]) == ("2026-09-01", False)


def test_without_another_scheme_it_is_what_was_booked(
    url: str, database: Database, street: Street
) -> None:
    settled(database, street)

    told = json.loads(peergrid(url, *ASKED, "--json").stdout)

    assert told["booked"] == told["replayed"]


def test_another_tariff_comes_from_a_file(
    url: str, database: Database, street: Street, tmp_path: Path
) -> None:
    settled(database, street)
    file = tmp_path / "tariff.json"
    terms = terms_of(zetdc_tariff("feed_in")) | {"levy_ppm": 0, "valid_from": "2027-01-01"}
    file.write_text(json.dumps(terms))

    told = json.loads(peergrid(url, *ASKED, "--tariff", str(file), "--json").stdout)

    assert told["replayed"]["bill_micros"] == 32_000 - 64_000


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (("--community", "nowhere"), "No community is called 'nowhere'; there is: street."),
        (("--month", "June"), "'June' is no month: write it as 2026-06."),
        (("--scheme", "barter"), "no scheme is called 'barter': choose one of net_metering"),
        (("--tariff", "README.md"), "README.md is no tariff"),
        (("--tariff", "nowhere.json"), "nowhere.json: No such file"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(
    url: str, street: Street, changes: tuple[str, str], sentence: str
) -> None:
    done = peergrid(url, *ASKED, *changes)

    assert done.exit_code in {1, 2}
    assert sentence.lower() in done.stderr.lower()
    assert len(done.stderr.strip().splitlines()) == 1
