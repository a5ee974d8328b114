"""A statement on paper: what draws it is loaded with the first, and no start waits for it."""

from importlib import import_module

from peergrid.settlement.statement.month import Statement
from peergrid.words.catalogue import Catalogue


def printed(statement: Statement, words: Catalogue) -> bytes:
    """The statement as a PDF: see ``paper.paper_of``."""
    paper = import_module("peergrid.settlement.statement.paper")
    pdf: bytes = paper.paper_of(statement, words)
    return pdf
