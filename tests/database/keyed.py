"""Whether a statement names the shard key of every big table that it touches.

A column is known if all of a statement's conditions at once set it equal to what comes with the
statement (``= $1``, ``= any($1)``, a row of ``unnest``), or to a column of a row that is known; a
row is known once one of its table's keys is, of other tables any column. Then only the shards of
those values are asked.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

type Keys = Mapping[str, Collection[str]]  # by which columns a table's rows are found
type Columns = Mapping[str, Collection[str]]  # of each table
type Place = tuple[int, str]  # a source, counted, and its column
OWNERS = (exp.Select, exp.Update, exp.Delete, exp.Insert)
CURSOR = re.compile(r"^\s*declare .*? cursor (with hold )?for ", re.IGNORECASE | re.DOTALL)
COPY = re.compile(r"^\s*copy (\w+) \((.*?)\)\s+from ", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A table where a statement names it; ``owner`` is the select (or so) that it is of."""

    table: str
    alias: str
    owner: exp.Expr | None


def unkeyed(statement: str, keys: Keys, columns: Columns) -> set[str]:
    """The tables whose rows ``statement`` does not name by one of ``keys``.

    Raises ``sqlglot.errors.ParseError`` if it cannot be read.
    """
    copied = COPY.match(statement)
    if copied:
        given = {name.strip() for name in copied[2].split(",")}
        return set() if _is_named(copied[1], given, keys) else {copied[1]}
    return _Statement(CURSOR.sub("", statement), keys, columns).unkeyed()


def _is_named(table: str, given: Collection[str], keys: Keys) -> bool:
    return table not in keys or bool(set(keys[table]) & set(given))


def _owner(part: exp.Expr) -> exp.Expr | None:
    return part.find_ancestor(*OWNERS)


class _Statement:
    def __init__(self, statement: str, keys: Keys, columns: Columns) -> None:
        tree = sqlglot.parse_one(statement, dialect="postgres")
        if isinstance(tree, exp.Command):
            raise sqlglot.errors.ParseError(statement)
        self._tree, self._keys, self._columns = tree, keys, columns
        self._made = {one.alias for one in tree.find_all(exp.CTE)}
        self._sources = [
            Source(one.name, one.alias_or_name, _owner(one))
            for one in tree.find_all(exp.Table)
            if self._is_table(one) and not self._is_filled(one)
        ]
        self._known: set[Place] = set()
        self._follows: list[tuple[Place, Place]] = []  # if the second is known, so is the first

    @staticmethod
    def _is_filled(table: exp.Expr) -> bool:
        """Whether rows are put into it: what they are made of is looked at apart."""
        into = _owner(table)
        return isinstance(into, exp.Insert) and into.find(exp.Table) is table

    def unkeyed(self) -> set[str]:
        for condition in self._conditions():
            if isinstance(condition, exp.In):
                values = [one for one in condition.iter_expressions() if one is not condition.this]
                self._follow(condition.this, *values)
            elif isinstance(condition, exp.EQ):
                for one, other in self._pairs(condition):
                    self._follow(one, other)
                    self._follow(other, one)
        for join in self._tree.find_all(exp.Join):
            self._join(join)
        named = self._spread()
        found = {one.table for place, one in enumerate(self._sources) if place not in named}
        return found | set(self._filled_unnamed())

    def _conditions(self) -> Iterator[exp.Expr]:
        """All that must hold at once, each where it stands."""
        for place in self._tree.find_all(exp.Where, exp.Join):
            stated = place.this if isinstance(place, exp.Where) else place.args.get("on")
            if stated is not None:
                whole = stated.unnest()
                parts = whole.flatten() if isinstance(whole, exp.And) else [whole]
                yield from (part.unnest() for part in parts)

    @staticmethod
    def _pairs(equation: exp.EQ) -> list[tuple[exp.Expr, exp.Expr]]:
        left, right = equation.left.unnest(), equation.right.unnest()
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
            return list(zip(left.expressions, right.expressions, strict=True))
        return [(left, right)]

    def _follow(self, one: exp.Expr, *others: exp.Expr) -> None:
        """``one`` is equal to one of ``others``, or of their values."""
        place = self._place(one)
        if place is None or self._sources[place[0]].owner is not _owner(one):
            return  # a query within another looks back at a row: that finds no row of it
        there = self._place(others[0]) if len(others) == 1 else None
        parts = [part for other in others for part in other.find_all(exp.Column)]
        if there is not None:
            self._follows.append((place, there))
        elif not any(self._is_beside(part, place) for part in parts):
            self._known.add(place)

    def _is_beside(self, part: exp.Column, place: Place) -> bool:
        """Whether a value is made of a row of the same query: then it does not come with it."""
        there = self._place(part)
        owner = self._sources[place[0]].owner
        return there is not None and self._sources[there[0]].owner is owner is _owner(part)

    def _join(self, join: exp.Join) -> None:
        """``using``: equal in all that have it; known if one side was brought along."""
        owner = _owner(join)
        others = [] if owner is None else [one.this for one in owner.args.get("joins") or []]
        first = owner.find(exp.From) if owner else None
        joined = [*others[: others.index(join.this) + 1], *([first.this] if first else [])]
        for name in join.args.get("using") or []:
            here = [
                (place, name.name)
                for place, one in enumerate(self._sources)
                if one.owner is owner and name.name in self._columns[one.table]
            ]
            if not all(self._is_table(one) for one in joined):
                self._known |= set(here)
            self._follows += [(one, other) for one in here for other in here if one != other]

    def _is_table(self, joined: exp.Expr) -> bool:
        """Whether it is one of the schema, not what the statement makes or brings along."""
        is_named = isinstance(joined, exp.Table) and joined.name in self._columns
        return is_named and joined.name not in self._made

    def _spread(self) -> set[int]:
        """The sources whose rows are named, as far as one leads to another."""
        named: set[int] = set()
        while True:
            before = len(named), len(self._known)
            for place, source in enumerate(self._sources):
                keys = self._keys.get(source.table, self._columns[source.table])
                if any((place, key) in self._known for key in keys):
                    named.add(place)
            self._known |= {
                one for one, other in self._follows if other in self._known or other[0] in named
            }
            if before == (len(named), len(self._known)):
                return named

    def _place(self, named: exp.Expr) -> Place | None:
        """The source and its column; None if it is of none that is looked at."""
        owner = _owner(named) if isinstance(named, exp.Column) else None
        while owner is not None:
            for place, source in enumerate(self._sources):
                is_its = named.name in self._columns[source.table]
                if source.owner is owner and is_its and named.text("table") in {"", source.alias}:
                    return place, named.name
            owner = _owner(owner)
        return None

    def _filled_unnamed(self) -> Iterator[str]:
        for into in self._tree.find_all(exp.Insert):
            table = into.find(exp.Table)
            if table is not None and table.name in self._keys:
                named = into.this.expressions if isinstance(into.this, exp.Schema) else []
                given = {one.name for one in named} or self._columns[table.name]
                if not _is_named(table.name, given, self._keys):
                    yield table.name
