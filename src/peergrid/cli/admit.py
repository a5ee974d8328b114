"""The first thing done in a database of one's own: its administrator lets PeerGrid's login in."""

from typing import Annotated

import typer

from peergrid.cli.options import out, settings_for, told
from peergrid.database.admission import let_in, let_in_as, make_login_of_identity
from peergrid.database.roles import AUDIT, SETTLEMENT
from peergrid.errors import Invalid


def admit(
    login: Annotated[str, typer.Argument(help="Under whose name PeerGrid signs in.")],
    entra: Annotated[
        bool, typer.Option("--entra", help="Make it first, of an identity of that name on Azure.")
    ] = False,
    settlement: Annotated[
        str | None, typer.Option(help="A login that is to settle and pay, and nothing else.")
    ] = None,
    audit: Annotated[
        str | None, typer.Option(help="A login that is to read all but secrets: check, watch.")
    ] = None,
) -> None:
    """As a database's administrator: let a login migrate it and work in it."""
    with told():
        url = settings_for().database_url
        if url is None:
            raise Invalid("PEERGRID_DATABASE_URL must name the database and its administrator.")
        if entra:
            for one in filter(None, (login, settlement, audit)):
                make_login_of_identity(url, one)
        let_in(url, login)
        out.print(f"{login} may migrate this database and work in it", markup=False)
        for other, role in ((settlement, SETTLEMENT), (audit, AUDIT)):
            if other:
                let_in_as(url, other, role)
                out.print(f"{other} may work in it as {role}", markup=False)
