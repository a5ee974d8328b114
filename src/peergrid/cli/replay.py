"""The command that settles a stored month again, on paper."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from peergrid.cli.options import DataDir, out, settings_for, told
from peergrid.cli.storage import migrated, opened
from peergrid.cli.words import kwh
from peergrid.energy import FIRST_YEAR, LAST_YEAR
from peergrid.errors import Invalid
from peergrid.market.tariff import Tariff
from peergrid.market.tariff_terms import tariff_from
from peergrid.members.membership import Member, community_named, members_of
from peergrid.money import format_usd
from peergrid.settlement.replay import instead, total_of, under
from peergrid.settlement.replay import replay as replayed
from peergrid.settlement.settled_month import SettledMonth, Sums, settled_month

LINES = (  # what a month comes to, as it is told
    ("drawn from neighbours", "bought_wh"),
    ("paid to neighbours", "paid_micros"),
    ("paid to the grid", "retail_micros"),
    ("levy", "levy_micros"),
    ("value added tax", "vat_micros"),
    ("fixed charges", "fixed_micros"),
    ("feed-in", "feed_in_micros"),
    ("energy credit paid", "credit_paid_micros"),
    ("energy credit earned", "credit_earned_wh"),
    ("energy credit used", "credit_used_wh"),
    ("energy credit lost", "credit_lost_wh"),
    ("all bills", "bill_micros"),
)


def replay(
    community: Annotated[str, typer.Option(help="Its name, as `peergrid check` prints it.")],
    month: Annotated[str, typer.Option(help="A local month, such as 2026-06.")],
    scheme: Annotated[str | None, typer.Option(help="Another scheme, at the same prices.")] = None,
    tariff: Annotated[Path | None, typer.Option(help="Another tariff, a JSON file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, all members.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Settle a stored month again under another scheme or tariff, on paper."""
    with told():
        asked, other = _month(month), _tariff(tariff) if tariff else None
        with migrated(settings_for(data_dir)) as url, opened(url) as database:
            with database.transaction() as connection:
                community_id = community_named(connection, community).community_id
            with database.transaction() as connection:
                settled = settled_month(connection, community_id, asked)
                members = members_of(connection, community_id)
        tariffs = instead(settled, other) if other else settled.tariffs
        tariffs = under(tariffs, scheme) if scheme else tariffs
        then = replayed(settled, tariffs)
        if as_json:
            typer.echo(json.dumps(_as_json(community, settled, members, then)))
        else:
            out.print(_told(community, settled, then), markup=False)


def _month(text: str) -> date:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Invalid(f"{text!r} is no month: write it as 2026-06.") from error
    if not FIRST_YEAR < month.year < LAST_YEAR:
        raise Invalid(f"{text} is not between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return month


def _tariff(path: Path) -> Tariff:
    try:
        return tariff_from(json.loads(path.read_text()))
    except ValueError as error:
        raise Invalid(f"{path} is no tariff: {error}.") from error


def _as_json(
    community: str, settled: SettledMonth, members: Sequence[Member], then: dict[int, Sums]
) -> dict[str, Any]:
    rows = [
        {
            "member_id": member.member_id,
            "name": member.name,
            "booked": _figures(settled.booked[member.member_id]),
            "replayed": _figures(then[member.member_id]),
        }
        for member in members
        if member.member_id in then
    ]
    return {
        "community": community,
        "month": settled.month.isoformat(),
        "is_complete": settled.is_complete,
        "booked": _figures(total_of(settled.booked)),
        "replayed": _figures(total_of(then)),
        "members": rows,
    }


def _figures(sums: Sums) -> dict[str, int]:
    return asdict(sums) | {"bill_micros": sums.bill_micros}


def _told(community: str, settled: SettledMonth, then: dict[int, Sums]) -> str:
    booked, replayed = _figures(total_of(settled.booked)), _figures(total_of(then))
    so_far = "" if settled.is_complete else f", until {settled.settled_until:%Y-%m-%d %H:%M} UTC"
    changes = [then[one].bill_micros - settled.booked[one].bill_micros for one in then]
    lines = [f"{community}, {settled.month:%B %Y}{so_far}: {len(then)} members"]
    lines.append(f"  {'':22}{'booked':>16}{'replayed':>16}")
    for title, name in LINES:
        amounts = [_amount(name, figures[name]) for figures in (booked, replayed)]
        lines.append(f"  {title:22}{amounts[0]:>16}{amounts[1]:>16}")
    dearer, cheaper = (sum(sign * change > 0 for change in changes) for sign in (1, -1))
    lines.append(f"  {dearer} bills would be higher, {cheaper} lower; nothing was written")
    return "\n".join(lines)


def _amount(name: str, amount: int) -> str:
    return f"{kwh(amount)} kWh" if name.endswith("_wh") else format_usd(amount)
