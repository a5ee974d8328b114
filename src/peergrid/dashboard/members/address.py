"""What the address says within the room: a search among members or meters, or one's story.

What somebody typed is quoted in it, so that no sign of a name is taken for one of the address;
with ~ instead of %, which Flutter undoes here and there.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from urllib.parse import quote, unquote

from peergrid import wire

MEMBERS, METERS, STORY = "all", "meters", "story"


@dataclass(frozen=True)
class MemberSearch:
    """Which members, and in which order; no ``text``, ``role`` or ``standing``: any."""

    text: str = ""
    role: wire.Role | None = None
    standing: wire.Standing | None = None
    order: wire.MemberOrder = wire.MemberOrder.NAME


@dataclass(frozen=True)
class MeterSearch:
    """Which meters, and in which order; no ``text`` or ``only``: any."""

    text: str = ""
    only: wire.MeterKind | None = None
    order: wire.MeterOrder = wire.MeterOrder.SERIAL


@dataclass(frozen=True)
class Story:
    """All about one member."""

    member_id: int


type Search = MemberSearch | MeterSearch


def address_of(place: Search | Story) -> str:
    """How the address of the page names it.

    >>> address_of(MemberSearch("Ada & Ben/2", standing=wire.Standing.WAITING))
    'all/text=Ada~20~26~20Ben~2F2&standing=waiting'
    >>> address_of(Story(17)), address_of(MemberSearch())
    ('story/17', '')
    """
    if isinstance(place, Story):
        return f"{STORY}/{place.member_id}"
    usual = type(place)()
    said = {field.name: getattr(place, field.name) for field in fields(place)}
    asked = {name: value for name, value in said.items() if value != getattr(usual, name)}
    among = METERS if isinstance(place, MeterSearch) else MEMBERS if asked else ""
    query = "&".join(f"{name}={_quoted(value)}" for name, value in asked.items())
    return f"{among}/{query}".rstrip("/")


def place_in(address: str) -> Search | Story:
    """Where an address leads; one that makes no sense leads to all members.

    >>> place_in("meters/text=~251&only=silent&order=sideways").text
    '%1'
    """
    among, _, query = address.partition("/")
    if among == STORY and query.isdecimal() and query.isascii():
        return Story(int(query))
    parts = [part.partition("=") for part in query.split("&")]
    said = {name: unquote(value.replace("~", "%")) for name, _, value in parts}
    text = said.get("text", "")
    if among == METERS:
        order = _one_of(wire.MeterOrder, said.get("order")) or wire.MeterOrder.SERIAL
        return MeterSearch(text, _one_of(wire.MeterKind, said.get("only")), order)
    return MemberSearch(
        text,
        _one_of(wire.Role, said.get("role")),
        _one_of(wire.Standing, said.get("standing")),
        _one_of(wire.MemberOrder, said.get("order")) or wire.MemberOrder.NAME,
    )


def _quoted(value: str) -> str:
    return quote(value, safe="").replace("~", "%7E").replace("%", "~")


def _one_of[E: StrEnum](kind: type[E], word: str | None) -> E | None:
    return next((one for one in kind if one == word), None)
