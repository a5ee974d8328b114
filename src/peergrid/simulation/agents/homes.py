"""Homes as a Mesa AgentSet over columns: agents are handles made when somebody looks."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np
from mesa.agentset import AbstractAgentSet, GroupBy
from numpy.typing import ArrayLike, NDArray

from peergrid.simulation.agents.column import population_body, vectorized

type Rows = NDArray[np.int64]


def refusal(agents: object) -> str:
    """Why a set does not take or give up agents."""
    return f"a scenario says who lives here: {agents!r} can be neither added nor removed"


class Homes(AbstractAgentSet):  # type: ignore[misc]
    """Some homes of one class, or of several: ``rows`` (k,) of their model's table.

    An attribute that is a column reads and writes the column of these homes:
    ``homes.total_paid_micros.sum()``, ``homes.heated_wh += heat``. A method of theirs that is
    ``vectorized`` is one of the set: ``homes.asks_wh()``. Everything else is as in any AgentSet
    of Mesa; what loops over agents costs some microseconds for each of them.
    """

    _own = ("model", "random", "rows", "agent_class")

    def __init__(self, model: Any, rows: ArrayLike, agent_class: type | None = None) -> None:
        self.model = model
        self.random = model.random
        self.rows: Rows = np.asarray(rows, np.int64)
        self.agent_class = agent_class

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in self._own:
            raise AttributeError(name)
        if name in self.model.table:
            return self.model.table[name][self.rows]
        return self._of_class(name)

    def of_grid(self, name: str) -> NDArray[Any]:
        """An attribute of the grid of each home's community (k,)."""
        values = np.array([getattr(grid, name) for grid in self.model.grids])
        return np.asarray(values[self.community])

    def _of_class(self, name: str) -> Any:
        """What all homes of one class can do: at once, or one by one and with the same answer."""
        kind = getattr(self.agent_class, name, None)
        is_theirs = isinstance(kind, vectorized | FunctionType | property)
        if not is_theirs:
            raise AttributeError(name)
        body = population_body(self.agent_class or object, name)
        as_property = isinstance(getattr(kind, "one", kind), property)
        if body is not None and body.all is not None:
            return body.all(self) if as_property else partial(body.all, self)
        if as_property:
            return np.array(self.get(name))
        return partial(self._one_by_one, name)

    def _one_by_one(self, name: str, *columns: ArrayLike) -> NDArray[Any] | None:
        """Call a method of each home with its own part of ``columns`` (k,); what they answer."""
        parts = [np.broadcast_to(column, len(self)).tolist() for column in columns]
        answers = [getattr(agent, name)(*given) for agent, *given in zip(self, *parts, strict=True)]
        return None if None in answers else np.array(answers)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._own and name in self.model.table:
            self.model.table.put(name, self.rows, value)
        else:
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Any]:
        return map(self.model.home, self.rows.tolist())

    def __contains__(self, agent: object) -> bool:
        return (
            getattr(agent, "model", None) is self.model and getattr(agent, "row", -1) in self.rows
        )

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self.model.home(int(row)) for row in self.rows[index]]
        return self.model.home(int(self.rows[index]))

    def to_list(self) -> list[Any]:
        return list(self)

    def copy(self) -> "Homes":
        return Homes(self.model, self.rows, self.agent_class)

    __copy__ = copy

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> Any:
        """An attribute of each home: a column if there is one, else what the agents say."""
        if not isinstance(attr_names, str):
            return [
                list(values)
                for values in zip(
                    *(self.get(name, handle_missing, default_value) for name in attr_names),
                    strict=True,
                )
            ]
        if attr_names in self.model.table:
            return getattr(self, attr_names)
        if handle_missing == "default":
            return [getattr(agent, attr_names, default_value) for agent in self]
        return [getattr(agent, attr_names) for agent in self]

    def set(self, attr_name: str, value: Any) -> "Homes":
        if attr_name not in self.model.table:
            raise AttributeError(f"homes have no column {attr_name!r}: declare it in their class")
        setattr(self, attr_name, value)
        return self

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,  # noqa: FBT001, FBT002 - Mesa's
        agent_type: type | None = None,
        where: NDArray[np.bool_] | None = None,
    ) -> "Homes":
        """As Mesa's; ``where`` is a mask over these homes, and fast."""
        rows = self.rows if where is None else self.rows[where]
        if agent_type is not None:
            rows = rows[[issubclass(self.model.class_of(row), agent_type) for row in rows]]
        if filter_func is not None:
            rows = rows[[bool(filter_func(self.model.home(row))) for row in rows.tolist()]]
        if isinstance(at_most, float) and at_most <= 1:
            at_most = int(len(self) * at_most)
        rows = rows[: int(min(at_most, len(rows)))]
        if inplace:
            self.rows = rows
            return self
        return Homes(self.model, rows, self.agent_class)

    def groupby(self, by: Any, result_type: str = "agentset") -> GroupBy:
        """By a column, an attribute, or what a function says of each home."""
        keys = self.get(by) if isinstance(by, str) else [by(agent) for agent in self]
        kinds, of = np.unique(np.asarray(keys), return_inverse=True)
        groups: dict[Hashable, Any] = {
            kind.item(): Homes(self.model, self.rows[of == number], self.agent_class)
            for number, kind in enumerate(kinds)
        }
        if result_type == "list":
            groups = {key: list(group) for key, group in groups.items()}
        return GroupBy(groups)

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> "Homes":  # noqa: FBT001, FBT002 - Mesa's
        values = np.asarray(self.get(key) if isinstance(key, str) else [key(a) for a in self])
        order = np.argsort(values if ascending else -values, kind="stable")
        return self._ordered(order, inplace=inplace)

    def shuffle(self, inplace: bool = False) -> "Homes":  # noqa: FBT001, FBT002 - Mesa's
        order = list(range(len(self)))
        self.random.shuffle(order)
        return self._ordered(np.array(order, np.int64), inplace=inplace)

    def _ordered(self, order: Rows, *, inplace: bool) -> "Homes":
        if inplace:
            self.rows = self.rows[order]
            return self
        return Homes(self.model, self.rows[order], self.agent_class)

    def do(self, method: Any, *args: Any, **kwargs: Any) -> "Homes":
        """Call a method of each home, or its body for populations if it has one."""
        cls = self.agent_class
        body = population_body(cls, method) if cls and isinstance(method, str) else None
        if body is not None and body.all is not None:
            body.all(self, *args, **kwargs)
        else:
            self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: Any, *args: Any, **kwargs: Any) -> "Homes":
        """As ``do``: what homes do in an interval does not depend on their order."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def _update(self, agents: Iterable[Any]) -> "Homes":
        raise TypeError(refusal(agents))

    def add(self, agent: Any) -> None:
        raise TypeError(refusal(agent))

    discard = remove = add
