"""What homes agreed to or ask for in the market, drawn as columns [n], and a community's of it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from peergrid.market.schemes import NO_LIMIT, Terms
from peergrid.market.sharing import share_out
from peergrid.money import MICROS, PARTS
from peergrid.simulation.dice import Purpose
from peergrid.simulation.population.draw import Column, Draw

WEIGHTS_PER_ONE = 1_000


def terms_columns(draw: Draw) -> dict[str, Column]:
    """Limit prices [micros/kWh], NO_LIMIT where a group says nothing, and weights [1/1,000]."""
    weights = [round(group.coefficient_weight * WEIGHTS_PER_ONE) for group in draw.groups]
    return {
        "bid_micros_per_kwh": _limits(
            draw, Purpose.BID, [group.most_paid_usd_per_kwh for group in draw.groups]
        ),
        "ask_micros_per_kwh": _limits(
            draw, Purpose.ASK, [group.least_taken_usd_per_kwh for group in draw.groups]
        ),
        "coefficient_weight": draw.of_group(np.array(weights, np.int32)),
    }


def terms_of(homes: Mapping[str, Column], rows: NDArray[np.int64] | slice) -> Terms:
    """The terms of a community's homes, the ``rows`` of a population's columns."""
    weights = homes["coefficient_weight"][rows].tolist()
    return Terms(
        np.array(share_out(PARTS, weights), np.int64),
        homes["bid_micros_per_kwh"][rows].astype(np.int64),
        homes["ask_micros_per_kwh"][rows].astype(np.int64),
        np.zeros(len(weights), np.int64),
    )


def _limits(
    draw: Draw, purpose: Purpose, ranges: list[tuple[float, float] | None]
) -> NDArray[np.int32]:
    limited = draw.of_group([each is not None for each in ranges])
    usd = draw.between(purpose, [each or (0.0, 0.0) for each in ranges], limited)
    return np.where(limited, np.round(usd * MICROS), NO_LIMIT).astype(np.int32)
