"""A tariff as plain values that JSON can carry, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from peergrid.market.tariff import Block, CreditRules, Tariff, TimeOfUse, YearEnd


def terms_of(tariff: Tariff) -> dict[str, Any]:
    """A tariff as plain values; ``tariff_from`` reads them back."""
    return asdict(tariff) | {"valid_from": tariff.valid_from.isoformat()}


def tariff_from(terms: Mapping[str, Any]) -> Tariff:
    """Read what ``terms_of`` wrote; what is not said is as it is by default.

    Raises ValueError for terms that make no tariff.
    """
    try:
        built: dict[str, Any] = {
            "blocks": tuple(Block(**block) for block in terms["blocks"]),
            "valid_from": date.fromisoformat(terms["valid_from"]),
        }
        if "times" in terms:
            built["times"] = tuple(TimeOfUse(**time) for time in terms["times"])
        if "credit" in terms:
            credit = dict(terms["credit"])
            if "year_end" in credit:
                credit["year_end"] = YearEnd(credit["year_end"])
            built["credit"] = CreditRules(**credit)
        return Tariff(**{**terms, **built})
    except (KeyError, TypeError) as error:
        raise ValueError(f"these are not the terms of a tariff: {error}") from error
