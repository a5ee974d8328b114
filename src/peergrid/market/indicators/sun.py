"""How well homes use their sun."""


def self_consumption(self_consumed_wh: int, generation_wh: int) -> float | None:
    """Generation used at home / generation; None without generation.

    Source: Luthander et al. 2015, Applied Energy 142, 80-94, 10.1016/j.apenergy.2014.12.028.
    """
    return self_consumed_wh / generation_wh if generation_wh else None


def self_sufficiency(self_consumed_wh: int, demand_wh: int) -> float | None:
    """Generation used at home / demand; None without demand.

    Source: Luthander et al. 2015, Applied Energy 142, 80-94, 10.1016/j.apenergy.2014.12.028.
    """
    return self_consumed_wh / demand_wh if demand_wh else None
