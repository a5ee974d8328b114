"""How the days of a sky differ: a word that a scenario says, without what computes it."""

from typing import Literal, get_args

# "random": days and half hours are drawn; "mean": each is what its month is on average
type Variability = Literal["random", "mean"]
VARIABILITIES: tuple[Variability, ...] = get_args(Variability.__value__)
