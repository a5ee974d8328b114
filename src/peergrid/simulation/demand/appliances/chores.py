"""What washes, and what lifts water."""

from peergrid.simulation.demand.uses import Appliance, Use


def water_heater_in_a_bucket(owned: float, minutes: float) -> Appliance:
    """An immersion element heats bathing water where there is no geyser."""
    return Appliance(
        "immersion element",
        1500,
        owned,
        (
            Use(4.3, 8.0, minutes, chance=0.75),
            Use(17.5, 21.5, 0.8 * minutes, chance=0.45),
        ),
        (0.85, 1.3, 0.85),
    )


def hair_dryer(owned: float) -> Appliance:
    return Appliance(
        "hair dryer", 1500, owned, (Use(5.0, 8.0, 10, chance=0.5), Use(17.5, 21.0, 10, chance=0.2))
    )


def iron(owned: float, minutes: float) -> Appliance:
    """Uniforms and shirts before dawn; the week's washing on a weekend afternoon."""
    return Appliance(
        "iron",
        1000,
        owned,
        (
            Use(4.8, 7.2, 0.5 * minutes, chance=0.4, weekend=0.1),
            Use(9.0, 20.5, 2 * minutes, chance=0.15, weekend=0.45),
        ),
    )


def washing_machine(owned: float) -> Appliance:
    return Appliance("washing machine", 400, owned, (Use(7.5, 13.0, 70, chance=0.3, weekend=0.6),))


def borehole_pump(owned: float) -> Appliance:
    """Fills the tank early, and again for the garden, most when no rain falls."""
    return Appliance(
        "borehole pump",
        1100,
        owned,
        (Use(5.0, 8.5, 45, chance=0.8), Use(15.0, 18.0, 40, chance=0.35)),
        (0.75, 1.0, 1.3),
    )


def pool_pump(owned: float) -> Appliance:
    """On a timer, from the morning into the afternoon."""
    return Appliance(
        "pool pump",
        750,
        owned,
        (Use(6.5, 12.0, 240, spread=0.15),),
        (1.1, 0.5, 1.15),
        automatic=True,
    )
