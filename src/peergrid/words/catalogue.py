"""What is said to people, in their language: one file of phrases a language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Language(StrEnum):
    """A language that everything here is said in, by its ISO 639-1 code."""

    ENGLISH = "en"
    SHONA = "sn"
    NDEBELE = "nd"  # of Zimbabwe


@dataclass(frozen=True)
class Phrase:
    """A text with its places in braces; ``review``: no native speaker has confirmed it yet."""

    text: str
    review: bool = False


@dataclass(frozen=True)
class Catalogue:
    """Every phrase of one language by its key."""

    language: Language
    phrases: Mapping[str, Phrase]

    @property
    def is_reviewed(self) -> bool:
        return not any(phrase.review for phrase in self.phrases.values())

    def say(self, key: str, **places: object) -> str:
        """The phrase of that key with its places filled; KeyError for one that is not there."""
        return self.phrases[key].text.format(**places)


@cache
def catalogue_of(language: Language) -> Catalogue:
    """The phrases of statements in a language, read once from its file beside this one."""
    return _read(language, f"{language}.toml")


@cache
def screens_of(language: Language) -> Catalogue:
    """The phrases of the screens in a language, read once from its file."""
    return _read(language, "screens", f"{language}.toml")


def _read(language: Language, *place: str) -> Catalogue:
    text = files("peergrid.words").joinpath(*place).read_text(encoding="utf-8")
    phrases = {
        key: Phrase(entry) if isinstance(entry, str) else Phrase(**entry)
        for key, entry in tomllib.loads(text).items()
    }
    return Catalogue(language, phrases)
