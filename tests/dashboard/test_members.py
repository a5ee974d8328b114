"""Lists that are longer than a sheet are turned page by page."""

from peergrid.dashboard.members import SHEET
from peergrid.words.catalogue import Language, screens_of


def test_the_steps_through_a_long_list_have_words_in_every_language() -> None:
    for language in Language:
        assert screens_of(language).say(f"{SHEET}_before")
        assert screens_of(language).say(f"{SHEET}_after")
