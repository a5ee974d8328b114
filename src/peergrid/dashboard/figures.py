"""The figures of My energy: what was generated, used, shared, bought and earned, each explained."""

import flet as ft

from peergrid import wire
from peergrid.dashboard import how, theme
from peergrid.dashboard.components import (
    Part,
    big_face,
    card,
    card_title,
    figure_row,
    pilot_label,
    quiet,
    split_bar,
    sunny_card,
)
from peergrid.dashboard.energies import Comparison, Energies
from peergrid.dashboard.period import Span
from peergrid.dashboard.preferences import pt, t
from peergrid.dashboard.scheme import pays_in_credit
from peergrid.dashboard.told import Told, told_row
from peergrid.dashboard.words import format_change, format_place, format_price
from peergrid.money import format_usd, price_micros_per_kwh
from peergrid.words.figures import format_kwh


def when_of(shown: Energies) -> str:
    if shown.is_live:
        return t("today")
    return t("on_this_day" if shown.period.span is Span.DAY else "in_this_time")


def earned_card(me: wire.Me, shown: Energies) -> ft.Control:
    total = shown.total
    if pays_in_credit(me.scheme):
        name, value = t("credit_earned_when", when=when_of(shown)), total.credit_earned_wh
        beneath = t("for_sent_out", energy=format_kwh(total.sold_wh + total.grid_export_wh))
        figure = _big(name, format_kwh(value), beneath, how.of_credit(shown))
    else:
        earned = format_usd(total.earned_micros + total.feed_in_micros)
        name = t("earned_when", when=when_of(shown))
        figure = _big(name, earned, _earned_for(total), how.of_earnings(shown))
    return sunny_card(figure, pilot_label(me.scheme, on_sun=True))


def _earned_for(total: wire.Energy) -> str:
    """What was earned is for sharing; the grid pays in money or in energy credit."""
    words = [t("for_shared", energy=format_kwh(total.sold_wh))]
    if total.feed_in_micros:
        words.append(t("and_sold", energy=format_kwh(total.grid_export_wh)))
    if total.credit_earned_wh:
        words.append(t("and_credit", energy=format_kwh(total.credit_earned_wh)))
    return ",\n".join(words)


def spent_card(me: wire.Me, shown: Energies) -> ft.Control:
    total = shown.total
    bought_wh = total.bought_wh + total.grid_import_wh
    paid_micros = how.spent_micros(total)
    mean = price_micros_per_kwh(paid_micros, bought_wh)
    energy = format_kwh(bought_wh)
    words = t("for_energy", energy=energy)
    if mean is not None:
        words = t("for_energy_mean", energy=energy, price=format_price(mean))
    name = t("spent_when", when=when_of(shown))
    figure = _big(name, format_usd(paid_micros), words, how.of_spending(shown))
    return sunny_card(figure, pilot_label(me.scheme, on_sun=True))


def _big(name: str, value: str, beneath: str, steps: how.Steps) -> ft.Control:
    face = big_face(name, value, beneath, theme.SUN_INK)
    return Told(f"{name}: {value} {beneath}".strip(), face, steps)


def generation_card(shown: Energies) -> ft.Control:
    total = shown.total
    waiting_wh = total.export_wh - total.sold_wh - total.grid_export_wh
    sent = how.of_export(shown)
    return _split(
        t("generated"),
        format_kwh(total.generation_wh),
        how.of_generation(shown),
        [
            (
                _part(t("used_at_home"), total.self_consumed_wh, theme.SUN),
                how.of_self_consumption(shown),
            ),
            (_part(t("shared_with"), total.sold_wh, theme.NEIGHBOURS), sent),
            (_part(t("sent_to_grid"), total.grid_export_wh, theme.GRID), sent),
            *_not_settled(waiting_wh, sent),
        ],
    )


def demand_card(me: wire.Me, shown: Energies) -> ft.Control:
    total = shown.total
    waiting_wh = total.import_wh - total.bought_wh - total.grid_import_wh
    own = _part(t("own_panels"), total.self_consumed_wh, theme.SUN)
    drawn = _billed_by_grid(total) if pays_in_credit(me.scheme) else _bought_and_drawn(total)
    came = how.of_import(shown)
    return _split(
        t("used"),
        format_kwh(total.demand_wh),
        how.of_demand(shown),
        [
            *([(own, how.of_self_consumption(shown))] if me.role is wire.Role.PRODUCER else []),
            *((part, came) for part in drawn),
            *_not_settled(waiting_wh, came),
        ],
    )


def _bought_and_drawn(total: wire.Energy) -> list[Part]:
    """Neighbours are paid for theirs, the grid for its own."""
    bought = _at_price(total.paid_micros, total.bought_wh)
    drawn = _at_price(total.retail_micros + total.levy_micros, total.grid_import_wh)
    return [
        _part(t("bought"), total.bought_wh, theme.NEIGHBOURS, bought),
        _part(t("drawn"), total.grid_import_wh, theme.GRID, drawn),
    ]


def _billed_by_grid(total: wire.Energy) -> list[Part]:
    """The grid bills what neighbours sent along with its own; energy credit is used first."""
    told = []
    if total.credit_used_wh:
        told.append(t("credit_taken", energy=format_kwh(total.credit_used_wh)))
    spent = total.retail_micros + total.levy_micros
    if spent:
        told.append(t("for_all_drawn", amount=format_usd(spent)))
    billed = t("billed_by_grid") if total.bought_wh else ""
    return [
        _part(t("from_neighbours"), total.bought_wh, theme.NEIGHBOURS, billed),
        _part(t("drawn"), total.grid_import_wh, theme.GRID, "\n".join(told)),
    ]


def _part(name: str, energy_wh: int, color: ft.ColorValue, beneath: str = "") -> Part:
    return Part(name, energy_wh, format_kwh(energy_wh), color, beneath)


def _not_settled(waiting_wh: int, steps: how.Steps) -> list[tuple[Part, how.Steps]]:
    return [(_part(t("not_settled"), waiting_wh, theme.LINE), steps)] if waiting_wh > 0 else []


def _at_price(paid_micros: int, energy_wh: int) -> str:
    if not energy_wh:
        return ""
    mean = format_price(price_micros_per_kwh(paid_micros, energy_wh))
    return t("at_mean", amount=format_usd(paid_micros), price=mean)


def _split(
    name: str, whole: str, steps: how.Steps, parts: list[tuple[Part, how.Steps]]
) -> ft.Control:
    """A whole, and what it is made of; each figure opens its sum."""
    heading = ft.Row(
        [
            ft.Container(card_title(name), expand=True),
            ft.Text(whole, size=pt(20), weight=ft.FontWeight.W_700, color=theme.INK),
        ]
    )
    return card(
        Told(f"{name}: {whole}", heading, steps),
        split_bar([part for part, _ in parts]),
        *(told_row(part, sums) for part, sums in parts),
        spacing=6,
    )


def comparison_card(me: wire.Me, shown: Energies) -> ft.Control | None:
    """The same figures of the period before, of as much time."""
    comparison = shown.comparison
    if not comparison:
        return None
    rows = map(figure_row, _compared(me, comparison))
    before = t(f"before_{shown.period.span}")
    until = comparison.until
    foot = [quiet(t("compared_until", until=format_place(until)), 12)] if until else []
    return card(*rows, *foot, name=t("compared", before=before))


def _compared(me: wire.Me, comparison: Comparison) -> list[Part]:
    now, then = comparison.now, comparison.then
    named = [
        (t("used"), now.demand_wh, then.demand_wh, theme.QUIET),
        (t("bought"), now.bought_wh, then.bought_wh, theme.NEIGHBOURS),
    ]
    if me.role is wire.Role.PRODUCER:
        named = [
            (t("generated"), now.generation_wh, then.generation_wh, theme.SUN),
            named[0],
            (t("shared_with"), now.sold_wh, then.sold_wh, theme.NEIGHBOURS),
        ]
    return [
        Part(
            name,
            current,
            format_change(current, former),
            color,
            f"{format_kwh(current)} ({format_kwh(former)})",
        )
        for name, current, former, color in named
    ]
