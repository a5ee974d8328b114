"""Whatever is said can be said in every language, with the same places to fill."""

import tomllib
from importlib.resources import files
from string import Formatter

import pytest
from reportlab.pdfbase.ttfonts import TTFont

from peergrid.ledger.transfer import TransferKind
from peergrid.words.catalogue import Language, catalogue_of

ENGLISH = catalogue_of(Language.ENGLISH)
OTHERS = [language for language in Language if language is not Language.ENGLISH]
NUMERIC = {"explain_product", "explain_day", "month_name"}  # nothing in them needs a translator


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_phrase_is_there_in_every_language_with_the_same_places(language: Language) -> None:
    phrases = catalogue_of(language).phrases

    assert list(phrases) == list(ENGLISH.phrases)
    for key, phrase in phrases.items():
        assert places(phrase.text) == places(ENGLISH.phrases[key].text), key


@pytest.mark.parametrize("language", OTHERS)
def test_what_still_stands_in_english_waits_for_a_translator(language: Language) -> None:
    for key, phrase in catalogue_of(language).phrases.items():
        is_english = phrase.text == ENGLISH.phrases[key].text
        assert phrase.review or not is_english or key in NUMERIC, key


def test_english_needs_no_review_and_the_others_say_that_they_do() -> None:
    assert ENGLISH.is_reviewed
    assert not any(catalogue_of(language).is_reviewed for language in OTHERS)


@pytest.mark.parametrize("kind", TransferKind)
def test_every_kind_of_transfer_has_words(kind: TransferKind) -> None:
    told = ENGLISH.say(f"line_{kind}", energy="0.40 kWh")

    assert told.count("0.40 kWh") == (kind is not TransferKind.FIXED), "a connection, not energy"


@pytest.mark.parametrize("language", Language)
def test_the_printed_statement_has_every_letter(language: Language) -> None:
    text = files("peergrid.words").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)

    for font in ("Vera", "VeraBd"):
        known = TTFont(font, f"{font}.ttf").face.charToGlyph
        said = "".join(phrase.text for phrase in catalogue_of(language).phrases.values())
        assert {letter for letter in said if ord(letter) not in known} == set()


def test_an_example_in_shona() -> None:
    shona = catalogue_of(Language.SHONA)

    assert shona.say("month_9") == "Gunyana"  # September, CLDR 48.2.0
    assert shona.say("line_neighbour_energy", energy="1.00 kWh").endswith("1.00 kWh")
