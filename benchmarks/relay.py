"""A relay between browser and server that counts what goes through, both ways."""

import asyncio
import threading
import time
from contextlib import suppress

CHUNK = 65_536


class Relay:
    """Listens at ``port`` for as long as the program lives, and hands all on to ``target``."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.counted = 0
        self.last_s = time.monotonic()
        self._target = target
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True).start()
        self._ready.wait()

    @property
    def quiet_s(self) -> float:
        """How long nothing has gone through."""
        return time.monotonic() - self.last_s

    async def _listen(self) -> None:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:  # the server has ended
            writer.close()
            return
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                self.counted += len(data)
                self.last_s = time.monotonic()
                writer.write(data)
                await writer.drain()
        with suppress(OSError):
            writer.close()
