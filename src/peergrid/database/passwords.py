"""A password that is no secret of ours: a token that Azure hands out, asked for at each sign-in."""

import json
import os
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psycopg
from psycopg.conninfo import make_conninfo

ASKED_OF = "password_from=azure"  # in the query of a database's URL; libpq does not know it
AUDIENCE = "https://ossrdbms-aad.database.windows.net"  # Azure's name for its databases
VERSION = "2019-08-01"
TIMEOUT_S = 5.0


def conninfo_of(url: str) -> str:
    """What libpq is told: the URL itself, or with a fresh token if it says ``password_from=azure``.

    A token is good for an hour or so, and looked at when a connection begins: so each new
    connection asks. Azure keeps tokens at hand, we keep none. Raises OperationalError if there is
    none to be had, as for a database that is away.
    """
    place, _, query = url.partition("?")
    said = query.split("&")
    if ASKED_OF not in said:
        return url
    rest = "&".join(one for one in said if one != ASKED_OF)
    plain = f"{place}?{rest}" if rest else place
    return make_conninfo(plain, password=_token())


def _token() -> str:
    """Of the identity that the container carries.

    Where to ask is the platform's to say, in variables of its own names, and it turns the header
    over now and then (Azure Container Apps, "Managed identities", REST endpoint).
    """
    endpoint, header = os.environ.get("IDENTITY_ENDPOINT"), os.environ.get("IDENTITY_HEADER")
    if not endpoint or not header or not endpoint.startswith(("http://", "https://")):
        raise psycopg.OperationalError(
            f"{ASKED_OF} needs a container that carries a managed identity, and there is none here"
        )
    asked = {"api-version": VERSION, "resource": AUDIENCE}
    if client_id := os.environ.get("AZURE_CLIENT_ID"):
        asked["client_id"] = client_id
    request = Request(f"{endpoint}?{urlencode(asked)}", headers={"X-IDENTITY-HEADER": header})  # noqa: S310
    try:
        with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - its scheme was looked at
            return str(json.load(answer)["access_token"])
    except (URLError, HTTPException, TimeoutError, ValueError, KeyError) as error:
        raise psycopg.OperationalError(
            f"the managed identity's token is not to be had ({type(error).__name__})"
        ) from None
