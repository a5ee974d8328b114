"""Each statement as a span of the request that it serves: its text, and no value."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from psycopg import sql

TRACER = trace.get_tracer("peergrid")
MOST_CHARACTERS = 4_000
HIDDEN = "…"  # in place of whatever a statement was composed with


class TracedCursor[Row](psycopg.Cursor[Row]):
    """Tells of its statements while what it works for is traced; otherwise a plain cursor."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        """As a plain cursor."""
        with _told(query):
            return super().execute(query, params, **how)

    def executemany(
        self, query: Any, params_seq: Iterable[Any], *, returning: bool = False
    ) -> None:
        """As a plain cursor."""
        with _told(query):
            super().executemany(query, params_seq, returning=returning)

    @contextmanager
    def copy(
        self, statement: Any, params: Any = None, *, writer: Any = None
    ) -> Iterator[psycopg.Copy]:
        """As a plain cursor."""
        with _told(statement), super().copy(statement, params, writer=writer) as copying:
            yield copying


@contextmanager
def _told(query: Any) -> Iterator[None]:
    """Of an error its kind alone is told: its message may quote a row."""
    if not trace.get_current_span().is_recording():
        yield
        return
    text = text_of(query)
    said = {"db.system.name": "postgresql", "db.query.text": text}
    with TRACER.start_as_current_span(
        text.partition(" ")[0].lower(),
        kind=SpanKind.CLIENT,
        attributes=said,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        except psycopg.Error as error:
            span.set_attribute("error.type", error.sqlstate or type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise


def text_of(query: Any) -> str:
    """A statement as it is written in the code, on one line.

    >>> text_of(sql.SQL("set local peergrid.member = {}").format(sql.Literal("17")))
    'set local peergrid.member = …'
    """
    if isinstance(query, sql.Composed):
        said = "".join(text_of(part) if isinstance(part, sql.SQL) else HIDDEN for part in query)
    elif isinstance(query, sql.SQL):
        return query.as_string()
    else:
        said = query.decode() if isinstance(query, bytes) else str(query)
    return " ".join(said.split())[:MOST_CHARACTERS]
