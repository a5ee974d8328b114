"""The statements that PostgreSQL was really sent, as its own log tells them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from peergrid.database.embedded import EmbeddedServer

STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)")


def log_all_of(server: EmbeddedServer, url: str) -> None:
    """Have every statement of the database at ``url`` logged from its next connection on."""
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    ask = sql.SQL("alter database {} set log_statement = 'all'").format(sql.Identifier(str(name)))
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(ask)


@contextmanager
def sent_to(server: EmbeddedServer) -> Iterator[set[str]]:
    """The statements logged while the block runs; filled at its end."""
    log = server.cluster / "server.log"
    begins = log.stat().st_size
    statements: set[str] = set()
    yield statements
    with log.open("rb") as file:
        file.seek(begins)
        statements |= set(_statements(file.read().decode()))


def _statements(text: str) -> Iterator[str]:
    """Each whole: further lines of one begin with a tab."""
    said: list[str] = []
    for line in text.splitlines():
        if said and line.startswith("\t"):
            said.append(line[1:])
            continue
        if said:
            yield "\n".join(said)
        begun = STATEMENT.search(line)
        said = [begun[1]] if begun else []
    if said:
        yield "\n".join(said)
