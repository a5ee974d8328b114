"""A file that is sent on while it is written."""

from io import RawIOBase


class Outlet(RawIOBase):
    """A file that can only be written to; what was written is taken out a piece at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """How much was written so far."""
        return self._size

    def write(self, data: object) -> int:
        """Keep it until it is taken."""
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        self._size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since it was last asked."""
        taken, self._pieces = b"".join(self._pieces), []
        return taken
