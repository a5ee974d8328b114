"""What must be done whole or not at all, whoever presses Ctrl-C."""

from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGINT, getsignal, raise_signal, signal
from threading import current_thread, main_thread


@contextmanager
def unbroken() -> Iterator[None]:
    """Let a Ctrl-C wait until the block is over. Only the main thread ever hears one."""
    if current_thread() is not main_thread() or getsignal(SIGINT) is None:
        yield
        return
    heard: list[int] = []
    before = signal(SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal(SIGINT, before)
        if heard:
            raise_signal(SIGINT)
