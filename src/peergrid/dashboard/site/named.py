"""Which icons the screens draw, by their source."""

import re
from pathlib import Path

SCREENS = Path(__file__).parents[1]
NAMED = re.compile(r"\bIcons\.([A-Z0-9_]+)")


def icons_of_screens() -> frozenset[str]:
    """The names of the icons in the dashboard's source, as ``wb_sunny``."""
    sources = (path.read_text() for path in SCREENS.rglob("*.py"))
    return frozenset(name.lower() for source in sources for name in NAMED.findall(source))
