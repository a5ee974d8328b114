"""What lights, amuses and tempers the rooms."""

from peergrid.simulation.demand.uses import ALL_YEAR, Appliance, Since, Use, daily

LED_W = 9


def lights(leds: int) -> Appliance:
    """LEDs lit together, from dusk to bedtime and before sunrise; long evenings in the cool."""
    return Appliance(
        "lights",
        power_w=LED_W * leds,
        owned=1.0,
        runs=(
            Use(-0.4, 0.4, 190, since=Since.SUNSET, spread=0.25),
            Use(-1.2, -0.3, 40, chance=0.9, weekend=0.5, since=Since.SUNRISE),
        ),
        season=(0.95, 1.15, 1.0),
    )


def security_light(owned: float, power_w: int) -> Appliance:
    """Burns from dusk to dawn by itself."""
    return Appliance(
        "security light",
        power_w,
        owned,
        (Use(0.0, 0.5, 11.6 * 60, spread=0.03, since=Since.SUNSET),),
        (0.98, 1.07, 0.97),
        automatic=True,
    )


def television(owned: float, power_w: int) -> Appliance:
    """With its decoder: the evening, some mornings, weekend afternoons."""
    return Appliance(
        "television",
        power_w,
        owned,
        (
            Use(5.5, 8.5, 45, chance=0.35, weekend=0.5),
            Use(10.0, 15.5, 120, chance=0.4, weekend=0.75),
            Use(17.0, 20.5, 165, chance=0.92, weekend=0.95),
        ),
    )


def radio(owned: float) -> Appliance:
    return Appliance("radio", 10, owned, daily((5.0, 8.0, 90), (13.0, 19.0, 150)))


def phones(count: int) -> Appliance:
    """Charged in the evening and through the night, in the afternoon now and then."""
    return Appliance(
        "phones",
        5 * count,
        1.0,
        (Use(18.0, 22.5, 150), Use(12.0, 16.0, 60, chance=0.3, weekend=0.5)),
    )


def computer(owned: float, power_w: int) -> Appliance:
    return Appliance(
        "computer",
        power_w,
        owned,
        (Use(8.5, 14.0, 180, chance=0.4, weekend=0.3), Use(18.5, 20.5, 120, chance=0.6)),
    )


def stand_by(power_w: int, owned: float = 1.0) -> Appliance:
    """Router, decoder and clocks, night and day."""
    return Appliance(
        "stand-by", power_w, owned, (Use(0.0, 0.0, 24 * 60, spread=0.0),), ALL_YEAR, automatic=True
    )


def heater(owned: float, minutes: float) -> Appliance:
    """Evenings of the cool season, and fewer mornings; never in the other seasons."""
    return Appliance(
        "heater",
        1200,
        owned,
        (Use(17.5, 20.5, minutes, chance=0.65), Use(5.0, 7.5, 0.3 * minutes, chance=0.35)),
        (0.0, 1.0, 0.0),
    )


def fan(owned: float, fans: int = 1) -> Appliance:
    """Afternoons and evenings of the hot months, less in the rains, never in the cool ones."""
    return Appliance(
        "fan",
        50 * fans,
        owned,
        (Use(11.5, 14.5, 150, chance=0.5, weekend=0.8), Use(18.0, 20.5, 200, chance=0.8)),
        (0.4, 0.0, 1.0),
    )


def air_conditioner(owned: float) -> Appliance:
    return Appliance(
        "air conditioner",
        1000,
        owned,
        (
            Use(12.5, 15.0, 110, chance=0.25, weekend=0.5),
            Use(18.5, 20.5, 130, chance=0.6),
        ),
        (0.35, 0.0, 1.0),
    )
