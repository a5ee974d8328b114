"""All agents of a model: its homes, then its grids."""

from collections.abc import Iterator
from typing import Any

from mesa.agentset import AbstractAgentSet, _HardKeyAgentSet

from peergrid.simulation.agents.homes import Homes, refusal


class Everybody(AbstractAgentSet):  # type: ignore[misc]
    """Homes and other agents behind the interface of one AgentSet; read only."""

    def __init__(self, homes: Homes, others: _HardKeyAgentSet) -> None:
        self._parts = (homes, others)
        self.random = homes.random

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[Any]:
        return (agent for part in self._parts for agent in part)

    def __contains__(self, agent: object) -> bool:
        return any(agent in part for part in self._parts)

    def to_list(self) -> list[Any]:
        return list(self)

    def copy(self) -> _HardKeyAgentSet:
        """An ordinary AgentSet of Mesa with a handle for each agent."""
        return _HardKeyAgentSet(self, random=self.random)

    __copy__ = copy

    def get(
        self, attr_names: Any, handle_missing: str = "error", default_value: Any = None
    ) -> list[Any]:
        return [
            value
            for part in self._parts
            if len(part)
            for value in self.part_values(part, attr_names, handle_missing, default_value)
        ]

    @staticmethod
    def part_values(
        part: Any, attr_names: Any, handle_missing: str, default_value: Any
    ) -> list[Any]:
        names = [attr_names] if isinstance(attr_names, str) else list(attr_names)
        missing = () if handle_missing == "error" else (default_value,)
        rows = [[getattr(agent, name, *missing) for name in names] for agent in part]
        return [row[0] for row in rows] if isinstance(attr_names, str) else rows

    def select(self, *args: Any, **kwargs: Any) -> Any:
        return self.copy().select(*args, **kwargs)

    def groupby(self, by: Any, result_type: Any = "agentset") -> Any:
        return self.copy().groupby(by, result_type)

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> Any:  # noqa: FBT001, FBT002 - Mesa's
        del inplace
        return self.copy().sort(key, ascending)

    def shuffle(self, inplace: bool = False) -> Any:  # noqa: FBT001, FBT002 - Mesa's
        del inplace
        return self.copy().shuffle()

    def do(self, method: Any, *args: Any, **kwargs: Any) -> "Everybody":
        for part in self._parts:
            part.do(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: Any, *args: Any, **kwargs: Any) -> "Everybody":
        for part in self._parts:
            part.shuffle_do(method, *args, **kwargs)
        return self

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return [value for part in self._parts for value in part.map(method, *args, **kwargs)]

    def _update(self, agents: Any) -> Any:
        raise TypeError(refusal(agents))

    def add(self, agent: Any) -> None:
        raise TypeError(refusal(agent))

    discard = remove = add
