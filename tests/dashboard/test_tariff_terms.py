"""What an operator types makes the tariff that was meant, or is told what is amiss."""

import doctest
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given

from peergrid import wire
from peergrid.dashboard import agreements, previews, tariff_form
from peergrid.dashboard import typed as typing
from peergrid.dashboard.tariff_terms import Typed, TypedBlock, TypedTime, terms_of, told, typed_of
from peergrid.errors import Invalid
from peergrid.market.tariff import Tariff
from peergrid.market.tariff_terms import terms_of as plain
from peergrid.market.zimbabwe import zetdc_tariff
from tests.strategies import tariffs

ZETDC = wire.TariffTerms.model_validate(plain(zetdc_tariff("mid_market")))
FORM = typed_of(ZETDC, ZETDC.scheme, ZETDC.name, ZETDC.valid_from)


@pytest.mark.parametrize(
    "module", [agreements, previews, tariff_form, typing], ids=lambda m: m.__name__
)
def test_the_examples_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_a_form_shows_the_units_that_people_speak_of() -> None:
    assert FORM.blocks[0] == TypedBlock(up_to="50", price="0.08")
    assert FORM.blocks[-1].up_to == ""
    assert (FORM.levy, FORM.credit_ratio, FORM.halfway) == ("6", "80", "50")
    assert told(ZETDC)[0] == "0 to 50 kWh a month: US$0.0800 a kWh"


@given(tariffs())
def test_what_a_form_shows_is_read_back_as_it_was(tariff: Tariff) -> None:
    terms = wire.TariffTerms.model_validate(plain(tariff))

    assert terms_of(typed_of(terms, terms.scheme, terms.name, terms.valid_from)) == terms


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (replace(FORM, name=" "), "Name: give the tariff a name"),
        (replace(FORM, valid_from="1.10.2026"), "First day: write a day as year-month-day"),
        (replace(FORM, valid_from="1999-10-01"), "First day: choose a day from 2000"),
        (replace(FORM, levy="six"), "Levy: write a number"),
        (replace(FORM, levy="NaN"), "Levy: write a number"),
        (replace(FORM, feed_in="0.1234567"), "Feed-in price: .* finer than 0.000001"),
        (replace(FORM, blocks=(TypedBlock("", ""),)), "Block 1, price: write a number"),
        (replace(FORM, times=(TypedTime("", "", "", ""),)), "Time 1: give it a name"),
        (replace(FORM, times=(TypedTime("late", "25:00", "", ""),)), "Time 1, from: write a full"),
        (replace(FORM, cap="much"), "Cap of credit: write a number"),
        (Typed(), "Name"),
    ],
)
def test_what_is_amiss_is_told_by_the_name_of_its_field(typed: Typed, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        terms_of(typed)
