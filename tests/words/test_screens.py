"""The screens say the same in every language, and ask for no phrase that is not there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import peergrid.dashboard
from peergrid.words.catalogue import Language, screens_of
from tests.words.test_catalogue import OTHERS, places

ENGLISH = screens_of(Language.ENGLISH)
SCREENS = Path(peergrid.dashboard.__path__[0])


def asked_for() -> Iterator[tuple[str, str]]:
    """Every key that a screen names in so many letters, and the file that does."""
    for path in SCREENS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "t":
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and not inside_a_joined_text(node, part):
                        yield path.name, str(part.value)


def inside_a_joined_text(call: ast.Call, part: ast.Constant) -> bool:
    """Whether it is only a piece of a key, or what a condition compares with."""
    wholes = [node for node in ast.walk(call) if isinstance(node, ast.JoinedStr | ast.Compare)]
    return any(part in ast.walk(whole) for whole in wholes)


@pytest.mark.parametrize("language", OTHERS)
def test_every_phrase_is_there_in_every_language_with_the_same_places(language: Language) -> None:
    phrases = screens_of(language).phrases

    assert list(phrases) == list(ENGLISH.phrases)
    for key, phrase in phrases.items():
        assert places(phrase.text) == places(ENGLISH.phrases[key].text), key


@pytest.mark.parametrize("language", OTHERS)
def test_what_still_stands_in_english_waits_for_a_translator(language: Language) -> None:
    names = {"day_name", "forecast_end", "trail_row", "language_en", "language_sn", "language_nd"}
    for key, phrase in screens_of(language).phrases.items():
        is_english = phrase.text == ENGLISH.phrases[key].text
        assert phrase.review or not is_english or key in names, key


def test_no_screen_asks_for_a_phrase_that_is_not_there() -> None:
    asked = list(asked_for())

    assert len(asked) > 100
    assert [(file, key) for file, key in asked if key not in ENGLISH.phrases] == []
