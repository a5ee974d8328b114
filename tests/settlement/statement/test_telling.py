"""How an amount came about, in sentences that a member can check with a pencil."""

import pytest

from peergrid.database.pool import Database
from peergrid.ledger.transfer import TransferKind
from peergrid.settlement.settle import settle
from peergrid.settlement.statement.telling import told
from peergrid.words.catalogue import Language, catalogue_of
from tests.community import FIRST, Street, found_street, report, report_both
from tests.settlement.statement import months
from tests.settlement.statement.months import SEPTEMBER

ENGLISH = catalogue_of(Language.ENGLISH)


def test_what_a_street_owes_is_told_step_by_step(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    report(database, street.ada_meter, FIRST.later(1), 0, 1_000, 1_300)
    report(database, street.ben_meter, FIRST.later(1), 2_000, 0)
    settle(database, street.community_id)

    ben = {
        line.kind: told(line, ENGLISH)
        for line in months.told(database, street.ben, SEPTEMBER).lines
    }
    ada = {
        line.kind: told(line, ENGLISH)
        for line in months.told(database, street.ada, SEPTEMBER).lines
    }

    assert ben[TransferKind.GRID_ENERGY].sentence == "Energy from the grid, 1.00 kWh"
    assert ben[TransferKind.GRID_ENERGY].steps == (
        "1.000 kWh \N{MULTIPLICATION SIGN} US$0.0800 = US$0.080000",
    )
    assert ben[TransferKind.GRID_ENERGY].terms == (
        "Tariff: ZETDC domestic, December 2023, in force from 2023-12-01."
    )
    assert ben[TransferKind.LEVY].steps == (
        "6 % of the energy charge of US$0.080000",
        "together US$0.004800",
    )
    assert ben[TransferKind.NEIGHBOUR_ENERGY].steps == (
        "1.400 kWh \N{MULTIPLICATION SIGN} US$0.0744 = US$0.104160: halfway between the grid's"
        " US$0.0800 with 6 % levy and the US$0.0640 it pays",
        "together US$0.104160",
    )
    assert ada[TransferKind.SHARED_ENERGY].steps == (
        "half hours, each with a price of its own, here by day: 2",
        "on average US$0.0744 a kWh",
        "1: 1.400 kWh, US$0.104160",
        "together US$0.104160",
    )
    assert ada[TransferKind.SHARED_ENERGY].pilot.startswith("Pilot scheme: ")


def test_energy_credit_is_told_in_kwh(database: Database) -> None:
    with database.transaction() as connection:
        street = found_street(connection, "credited", "net_metering")
    report(database, street.ada_meter, FIRST, 0, 1_000, 1_300)
    report(database, street.ben_meter, FIRST, 0, 0)
    report(database, street.ada_meter, FIRST.later(1), 300, 0)
    report(database, street.ben_meter, FIRST.later(1), 0, 0)
    settle(database, street.community_id)

    earned, used = (
        told(line, ENGLISH) for line in months.told(database, street.ada, SEPTEMBER).lines
    )

    assert earned.steps == ("0.8 \N{MULTIPLICATION SIGN} 1.000 kWh sent out", "together 0.800 kWh")
    assert used.steps == ("each kWh of credit takes off one kWh drawn: 0.300 kWh",)
    assert earned.pilot == ""


def test_a_correction_is_told_with_what_was_taken_back(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST, 500, 0, revision=1)
    settle(database, street.community_id)

    (line,) = months.told(database, street.ben, SEPTEMBER).lines

    assert told(line, ENGLISH).steps[-1] == (
        "taken back and booked anew after corrections: entries 1, together US$0.029760"
    )


@pytest.mark.parametrize("language", Language)
def test_every_language_tells_the_same_figures(
    database: Database, street: Street, language: Language
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)

    for line in months.told(database, street.ada, SEPTEMBER).lines:
        said, english = told(line, catalogue_of(language)), told(line, ENGLISH)
        assert figures_in(said.steps) == figures_in(english.steps)
        assert figures_in([said.sentence]) == figures_in([english.sentence])


def figures_in(sentences: tuple[str, ...] | list[str]) -> list[str]:
    return sorted("".join(c for c in " ".join(sentences) if c.isdigit() or c == " ").split())
