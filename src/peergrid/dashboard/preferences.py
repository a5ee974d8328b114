"""How a member wants the screens: language, size of text, colours, and whether anything moves.

They are kept in the member's browser, and known to whatever is drawn on the page.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum

import flet as ft

from peergrid.dashboard.session import Shelf
from peergrid.errors import Unavailable
from peergrid.words.catalogue import Language, screens_of

KEY, STILL = "preferences", "still"
TEXT_PERCENTS = (100, 115, 130, 150, 175, 200)
SIDE_BY_SIDE_PERCENT = 130


class Colours(StrEnum):
    """Those of the device until somebody chooses."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Preferences:
    """What a member chose. Raises ValueError for what nobody can choose."""

    language: Language = Language.ENGLISH
    text_percent: int = TEXT_PERCENTS[0]
    colours: Colours = Colours.SYSTEM
    is_still: bool = False

    def __post_init__(self) -> None:
        if self.text_percent not in TEXT_PERCENTS:
            raise ValueError(f"text of {self.text_percent} % is none of {TEXT_PERCENTS}")


type Prefer = Callable[[Preferences], None]


def written(preferences: Preferences) -> str:
    return json.dumps(asdict(preferences))


def read_preferences(text: str | None) -> Preferences:
    """What the browser kept; the first choice where that makes no sense (any more)."""
    try:
        kept = json.loads(text or "{}")
        return Preferences(
            Language(kept.get("language", Language.ENGLISH)),
            int(kept.get("text_percent", TEXT_PERCENTS[0])),
            Colours(kept.get("colours", Colours.SYSTEM)),
            bool(kept.get("is_still", False)),
        )
    except (ValueError, TypeError, AttributeError):
        return Preferences()


def preferences() -> Preferences:
    """Those of the page that is being drawn."""
    kept = ft.context.page.session.store.get(KEY)
    return kept if isinstance(kept, Preferences) else Preferences()


def t(key: str, **places: object) -> str:
    """A phrase of the screens in the member's language; KeyError for a key that is not there."""
    return screens_of(preferences().language).say(key, **places)


def pt(size: float) -> float:
    """A size of text as the member wants it."""
    return size * preferences().text_percent / 100


def needs_lines() -> bool:
    """Whether text is so large that what else stands side by side has a line of its own."""
    return preferences().text_percent > SIDE_BY_SIDE_PERCENT


def use_preferences(shelf: Shelf) -> tuple[Preferences, Prefer]:
    """What was chosen in this browser, and a way to choose anew."""
    page = ft.context.page
    chosen, set_chosen = ft.use_state(preferences())

    def take(wanted: Preferences) -> None:
        page.session.store.set(KEY, wanted)
        set_chosen(wanted)

    async def recall() -> None:
        with suppress(TimeoutError):
            page.session.store.set(STILL, await wants_stillness())
        with suppress(Unavailable):
            take(read_preferences(await shelf.read()))

    def prefer(wanted: Preferences) -> None:
        async def keep() -> None:
            with suppress(Unavailable):
                await shelf.write(written(wanted))

        take(wanted)
        page.run_task(keep)

    ft.use_effect(recall, [])
    return chosen, prefer


async def wants_stillness() -> bool:
    """Whether the device asks that nothing moves."""
    features = await ft.SemanticsService().get_accessibility_features()
    return features.disable_animations


def may_move() -> bool:
    """Whether pictures may move on the page that is being drawn."""
    return not (preferences().is_still or ft.context.page.session.store.get(STILL))
