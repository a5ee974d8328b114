"""A line that breaks: what stands between two programs, and cuts them off in mid-answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 65_536


@dataclass
class Line:
    """Reachable at ``port`` of 127.0.0.1. After ``left`` bytes of answers everything is cut."""

    port: int
    left: int = 2**62
    cuts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def let_through(self, count: int) -> int:
        """How many of so many bytes of an answer still come through."""
        with self._lock:
            passed = min(count, self.left)
            self.left -= passed
            self.cuts += passed < count
            return passed


@contextmanager
def line_to(family: socket.AddressFamily, address: str | tuple[str, int]) -> Iterator[Line]:
    """A line to the server at ``address``, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        line = Line(int(door.getsockname()[1]))
        threading.Thread(target=_accept, args=(door, line, family, address), daemon=True).start()
        yield line
        door.shutdown(socket.SHUT_RDWR)


def _accept(
    door: socket.socket,
    line: Line,
    family: socket.AddressFamily,
    address: str | tuple[str, int],
) -> None:
    while True:
        try:
            near, _ = door.accept()
        except OSError:  # the block ended
            return
        far = socket.socket(family)
        try:
            far.connect(address)
        except OSError:
            near.close()
            continue
        threading.Thread(target=_ask, args=(near, far), daemon=True).start()
        threading.Thread(target=_answer, args=(far, near, line), daemon=True).start()


def _ask(near: socket.socket, far: socket.socket) -> None:
    with suppress(OSError):
        while said := near.recv(CHUNK):
            far.sendall(said)
    _hang_up(far)


def _answer(far: socket.socket, near: socket.socket, line: Line) -> None:
    with suppress(OSError):
        while said := far.recv(CHUNK):
            passed = line.let_through(len(said))
            near.sendall(said[:passed])
            if passed < len(said):
                break
    for end in (far, near):
        _hang_up(end)
        end.close()


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
