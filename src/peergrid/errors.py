"""The ways a request fails, in the words of the domain; HTTP is translated at the edge."""


class PeerGridError(Exception):
    """A failure that has a sentence for the person who caused it."""


class NotFound(PeerGridError):  # noqa: N818 - a fact about the domain, not a fault of the program
    """What was asked for is not there, or is not theirs to know of."""


class Conflict(PeerGridError):  # noqa: N818
    """It contradicts what is already recorded."""


class Refused(PeerGridError):  # noqa: N818
    """Who asks may not do this."""


class Unknown(PeerGridError):  # noqa: N818
    """Nobody can tell who asks: no sign-in, a wrong one, or one that has ended."""


class Invalid(PeerGridError):  # noqa: N818
    """It makes no sense as it stands; the sentence says what would."""


class Unavailable(PeerGridError):  # noqa: N818
    """Something needed is away for now; trying again later may help.

    ``retry_after_s`` [s] is how much later, if that is known.
    """

    retry_after_s: int | None = None


class Throttled(Unavailable):
    """Too many attempts; ``retry_after_s`` [s] says when the next one is heard."""

    retry_after_s: int

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many attempts: try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s
