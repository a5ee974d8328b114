"""Who collects money for us: a protocol, so that one can stand in for another."""

from dataclasses import dataclass
from typing import Protocol

from peergrid.payments.provider import Outcome


@dataclass(frozen=True)
class Begun:
    """A payment that somebody can make now, at ``page_url``; ``poll_url`` tells what became of it.

    Neither is a secret of ours, but whoever has the page can pay.
    """

    page_url: str
    poll_url: str


class Collecting(Protocol):
    """Has a member pay whole cents to us, on a page of its own.

    Both methods raise Unavailable if no answer came that is surely theirs.
    """

    def begin(self, reference: str, amount_micros: int) -> Begun:
        """A page on which ``amount_micros`` can be paid; nothing is paid before somebody sees it.

        Raises Conflict, with what it says, if it will not.
        """

    def status(self, begun: Begun, reference: str, amount_micros: int) -> Outcome:
        """What became of it. Raises Conflict if it speaks of another payment or amount."""
