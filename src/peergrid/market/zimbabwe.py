"""The tariff of Zimbabwe's homes, with its sources."""

from datetime import date

from peergrid.market.tariff import Block, Tariff

ZETDC_BLOCKS = (  # US$/kWh without levy, in force from 1 December 2023
    Block(50_000, 80_000),
    Block(100_000, 90_000),
    Block(200_000, 160_000),
    Block(300_000, 230_000),
    Block(400_000, 250_000),
    Block(None, 260_000),
)


def zetdc_tariff(scheme: str) -> Tariff:
    """The domestic stepped tariff under ``scheme``.

    Blocks count the energy of one local calendar month. Rural electrification levy 6 %.
    Net metering credits 0.8 kWh for each exported kWh, in energy, not in money.

    The feed-in price is an assumption of the pilot schemes alone, since no export price in
    money was found in force: the credit's worth in the lowest block, 0.8 x US$0.08.

    Sources: ZETDC notice of the ZERA-approved tariff of 1 December 2023 (zwnews.com,
    5 March 2024); credit ratio: technomag.co.zw, 30 August 2024; net metering: Statutory
    Instrument 86 of 2018, amended by Statutory Instrument 38 of 2022.
    """
    return Tariff(
        name="ZETDC domestic, December 2023",
        valid_from=date(2023, 12, 1),
        scheme=scheme,
        blocks=ZETDC_BLOCKS,
        levy_ppm=60_000,
        credit_ratio_ppm=800_000,
        feed_in_micros_per_kwh=64_000,
    )
