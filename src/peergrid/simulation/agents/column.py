"""Attributes that live in columns, and methods with two bodies."""

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, Self, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike


class Column:
    """An attribute of an agent that is kept in its model's table: a NumPy column.

    On an agent it reads and writes a plain number, on a set of agents the whole column. A class
    of your own declares its columns so: ``heated_wh = Column(np.int64)``; those declared without
    a ``dtype`` are the engine's.
    """

    def __init__(self, dtype: DTypeLike | None = None, default: ArrayLike = 0) -> None:
        self.dtype = None if dtype is None else np.dtype(dtype)
        self.default = default
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, agent: None, owner: type) -> Self: ...
    @overload
    def __get__(self, agent: object, owner: type) -> Any: ...
    def __get__(self, agent: Any, owner: type) -> Any:
        if agent is None:
            return self
        return agent.model.table[self.name][agent.row].item()

    def __set__(self, agent: Any, value: Any) -> None:
        agent.model.table.put(self.name, agent.row, value)


class vectorized:  # noqa: N801 - a decorator
    """A method with two bodies that give the same: for one agent, and for a set of them.

    The plain body is the specification and always works; ``@method.population`` adds one that
    takes the whole set, reads its columns and writes them back. Around a ``property`` the set's
    body is called when the attribute is read.
    """

    def __init__(self, one: Any) -> None:
        self.one = one
        self.all: Callable[..., Any] | None = None
        self.__doc__ = one.__doc__

    def population(self, all_: Callable[..., Any]) -> Self:
        """Add the body for a whole set."""
        self.all = all_
        return self

    def __get__(self, agent: object, owner: type) -> Any:
        if agent is None:
            return self
        if isinstance(self.one, property):
            return self.one.__get__(agent, owner)
        return MethodType(self.one, agent)


def population_body(cls: type, name: str) -> vectorized | None:
    """The method ``name`` of ``cls`` if its body for a set holds for it, else None.

    It does not where a class below the one that wrote it overrides in plain Python anything
    that one has: the body would not know. What has a body for sets itself may be overridden.
    """
    below: list[type] = []
    for owner in cls.__mro__:
        if name in vars(owner):
            body = vars(owner)[name]
            whole = isinstance(body, vectorized) and body.all is not None
            return body if whole and not any(overrides(each, owner) for each in below) else None
        below.append(owner)
    return None


def overrides(cls: type, owner: type) -> bool:
    """Whether ``cls`` itself overrides in plain Python what ``owner`` has."""
    return any(
        hasattr(owner, name) and population_body(cls, name) is None
        for name, value in vars(cls).items()
        if isinstance(value, FunctionType | property | vectorized) and name != "__init__"
    )
