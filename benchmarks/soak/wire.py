"""The network between annotators and the web server: it can be cut, or half dead."""

import asyncio
from contextlib import suppress

_BLOCK_BYTES = 1 << 16


class Wire:
    """A TCP proxy on this machine that can lose connections and replies."""

    def __init__(self, web_port: int) -> None:
        self._web_port = web_port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        # Half open: requests arrive, and no reply comes back.
        self.is_mute = False

    @property
    def port(self) -> int:
        assert self._server is not None  # noqa: S101 (it was started)
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        self.cut()
        if self._carrying:
            await asyncio.wait(self._carrying, timeout=5)

    def cut(self) -> None:
        """Reset every connection, in the middle of whatever it carries."""
        for writer in [*self._writers]:
            writer.transport.abort()

    def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._web_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        ways = (
            asyncio.create_task(self._pump(reader, back, is_reply=False)),
            asyncio.create_task(self._pump(there, writer, is_reply=True)),
        )
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, back):
            end.transport.abort()
            self._writers.discard(end)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        is_reply: bool,
    ) -> None:
        with suppress(OSError):
            while block := await reader.read(_BLOCK_BYTES):
                if is_reply and self.is_mute:
                    continue
                writer.write(block)
                await writer.drain()
