"""A line and its formula in sentences for their owner, in their language."""

from dataclasses import dataclass

from peergrid.money import PARTS, Unit, cost_micros, price_micros_per_kwh
from peergrid.settlement.statement.formula import (
    Blocks,
    Credit,
    DayByDay,
    Halfway,
    Levy,
    OneToOne,
    Priced,
)
from peergrid.settlement.statement.month import Line
from peergrid.words.catalogue import Catalogue
from peergrid.words.figures import WH_DIGITS, format_exactly, format_kwh, format_parts


@dataclass(frozen=True)
class Told:
    """What a line is, which tariff it rests on, and how it came about, step by step.

    ``pilot`` is empty unless no rule in force allows the scheme yet.
    """

    sentence: str
    terms: str
    pilot: str
    steps: tuple[str, ...]


def told(line: Line, words: Catalogue) -> Told:
    """A line of a statement in words."""
    steps = _steps(line, words)
    if line.taken_back:
        taken_back = format_exactly(line.unit, abs(line.taken_back_amount))
        steps.append(words.say("corrected", count=line.taken_back, amount=taken_back))
    sentence = sentence_of(line.kind, line.energy_wh, words)
    if not line.terms:
        return Told(sentence, "", "", tuple(steps))
    terms = words.say("terms", tariff=line.terms.name, day=line.terms.valid_from)
    pilot = words.say("pilot", scheme=line.terms.scheme) if line.terms.is_pilot else ""
    return Told(sentence, terms, pilot, tuple(steps))


def sentence_of(kind: str, energy_wh: int, words: Catalogue) -> str:
    """What a transfer of that kind is."""
    return words.say(f"line_{kind}", energy=format_kwh(energy_wh))


def _steps(line: Line, words: Catalogue) -> list[str]:
    """How the amount came about, to the amount itself."""
    match line.formula:
        case Blocks() as formula:
            steps = _blocks(formula, words)
        case Levy() as formula:
            steps = _levy(formula, words)
        case Credit() as formula:
            steps = _credit(formula, words)
        case OneToOne(energy_wh=energy_wh):
            steps = [words.say("explain_one_to_one", energy=_energy(energy_wh))]
        case Priced() as formula:
            product = _product(formula.energy_wh, formula.price_micros_per_kwh, words)
            rounding = _rounding(formula.half_hours, formula.rounding_micros, words)
            steps = [product, *rounding]
        case Halfway() as formula:
            steps = _halfway(formula, words)
        case DayByDay() as formula:
            steps = _day_by_day(formula, line, words)
    amount = format_exactly(line.unit, abs(line.amount))
    if len(steps) == 1 and steps[0].endswith(amount):
        return steps
    return [*steps, words.say("explain_result", amount=amount)]


def _blocks(formula: Blocks, words: Catalogue) -> list[str]:
    steps = [_product(step.energy_wh, step.price_micros_per_kwh, words) for step in formula.steps]
    if formula.before_wh:
        before = _energy(formula.before_wh)
        steps.insert(0, words.say("blocks_before", energy=before))
    return steps


def _levy(formula: Levy, words: Catalogue) -> list[str]:
    charge = formula.after_micros - formula.before_micros
    levy = {"share": format_parts(formula.levy_ppm), "charge": format_exactly(Unit.USD, charge)}
    return [words.say("explain_levy", **levy)]


def _credit(formula: Credit, words: Catalogue) -> list[str]:
    ratio = f"{formula.credit_ratio_ppm / PARTS:g}"
    energy = _energy(formula.after_wh - formula.before_wh)
    return [words.say("explain_credit", ratio=ratio, energy=energy)]


def _halfway(formula: Halfway, words: Catalogue) -> list[str]:
    feed_in = _price(formula.feed_in_micros_per_kwh)
    steps = []
    for step in formula.steps:
        price = formula.price_micros_per_kwh(step)
        steps.append(
            words.say(
                "explain_halfway",
                energy=_energy(step.energy_wh),
                price=_price(price),
                grid_price=_price(step.price_micros_per_kwh),
                share=format_parts(formula.levy_ppm),
                feed_in=feed_in,
                amount=format_exactly(Unit.USD, cost_micros(price, step.energy_wh)),
            )
        )
    rounding = _rounding(formula.half_hours, formula.rounding_micros, words)
    return [*steps, *rounding]


def _day_by_day(formula: DayByDay, line: Line, words: Catalogue) -> list[str]:
    steps = [words.say("explain_days", half_hours=formula.half_hours)]
    mean = price_micros_per_kwh(formula.amount, line.energy_wh)
    if line.unit is Unit.USD and mean is not None:
        steps.append(words.say("explain_mean", price=_price(mean)))
    steps.append(
        "; ".join(
            words.say(
                "explain_day",
                day=part.day.day,
                energy=_energy(part.energy_wh),
                amount=format_exactly(line.unit, part.amount),
            )
            for part in formula.days
        )
    )
    return steps


def _product(energy_wh: int, price: int, words: Catalogue) -> str:
    amount = format_exactly(Unit.USD, cost_micros(price, energy_wh))
    return words.say(
        "explain_product", energy=_energy(energy_wh), price=_price(price), amount=amount
    )


def _rounding(half_hours: int, rounding_micros: int, words: Catalogue) -> list[str]:
    if not rounding_micros:
        return []
    amount = format_exactly(Unit.USD, rounding_micros)
    return [words.say("explain_rounding", half_hours=half_hours, amount=amount)]


def _energy(energy_wh: int) -> str:
    return format_kwh(energy_wh, WH_DIGITS)


def _price(micros_per_kwh: int) -> str:
    """A price with the digits it has, at least four."""
    exact = format_exactly(Unit.USD, micros_per_kwh)
    return exact.removesuffix("00")
