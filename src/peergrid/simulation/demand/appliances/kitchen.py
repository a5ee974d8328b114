"""What cooks and cools."""

from peergrid.simulation.demand.uses import Appliance, Cycle, Use


def cooker(owned: float, plate_w: int, meals: float) -> tuple[Appliance, Appliance]:
    """A cooker's first plate (sadza) and second (relish), for ``meals`` of usual length."""
    first = Appliance(
        "cooker",
        plate_w,
        owned,
        (
            Use(4.8, 7.8, 15 * meals, chance=0.65, weekend=0.4),
            Use(7.3, 10.3, 15 * meals, chance=0.35, weekend=0.6),
            Use(10.8, 14.6, 28 * meals, chance=0.3, weekend=0.65),
            Use(16.5, 20.8, 37 * meals, chance=0.95),
        ),
        (1.0, 1.06, 1.0),
    )
    second = Appliance(
        "cooker, second plate",
        plate_w,
        owned,
        (
            Use(11.0, 14.8, 22 * meals, chance=0.15, weekend=0.4),
            Use(16.7, 21.0, 29 * meals, chance=0.75, weekend=0.85),
        ),
        (1.0, 1.06, 1.0),
    )
    return first, second


def oven(owned: float, chance: float) -> Appliance:
    """Roasting and baking; a weekend's dinner."""
    return Appliance("oven", 1600, owned, (Use(15.5, 19.0, 50, chance=chance, weekend=2 * chance),))


def kettle(owned: float, minutes: float) -> Appliance:
    """Tea at dawn, at tea time and at night, ``minutes`` each."""
    return Appliance(
        "kettle",
        1800,
        owned,
        (
            Use(4.8, 8.5, minutes, chance=0.9),
            Use(9.0, 11.5, minutes, chance=0.3, weekend=0.5),
            Use(15.0, 18.0, minutes, chance=0.35, weekend=0.5),
            Use(18.5, 22.0, minutes, chance=0.5),
        ),
        (0.95, 1.25, 0.95),
    )


def toaster(owned: float) -> Appliance:
    return Appliance("toaster", 900, owned, (Use(5.2, 8.8, 8, chance=0.6),))


def microwave(owned: float) -> Appliance:
    return Appliance(
        "microwave",
        1200,
        owned,
        (
            Use(5.5, 8.5, 4, chance=0.6),
            Use(11.5, 14.5, 6, chance=0.4, weekend=0.7),
            Use(17.5, 21.0, 8, chance=0.7),
        ),
    )


def fridge(owned: float, power_w: int) -> Appliance:
    """Its compressor comes on about 35 times a day, for longer in the heat."""
    return Appliance("fridge", power_w, owned, Cycle(15.0, 25.0), (1.1, 0.8, 1.25), automatic=True)


def freezer(owned: float) -> Appliance:
    return Appliance("freezer", 150, owned, Cycle(18.0, 24.0), (1.1, 0.8, 1.25), automatic=True)
