"""A proxy on loopback that counts what a browser is sent, whichever part of the browser asks.

What a browser's own tools say leaves out what its service worker fetches. Here every byte that the
server sends is counted, headers and all. A connection carries one request after the other, as
browsers speak HTTP/1.1; so all that comes back belongs to the request that went before.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 65_536
END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Exchange:
    """One request, and what came back for it."""

    method: str
    target: str
    at: float  # seconds on time.perf_counter
    size: int = 0
    head: bytearray = field(default_factory=bytearray)  # the headers, to the empty line

    @property
    def status(self) -> int:
        """Return the status; 0 where nothing came back."""
        parts = bytes(self.head).split(b" ", 2)
        return int(parts[1]) if len(parts) == 3 else 0

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of the answer, their names in small letters."""
        lines = bytes(self.head).partition(END_OF_HEAD)[0].decode("latin-1").split("\r\n")[1:]
        parts = (line.partition(":") for line in lines)
        return {name.strip().lower(): value.strip() for name, _colon, value in parts}


class CountingProxy:
    """Passes bytes on between a browser and a server, and writes down whose they are."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.exchanges: list[Exchange] = []

    def take(self) -> list[Exchange]:
        """Return what was counted since the last time."""
        taken, self.exchanges = self.exchanges, []
        return taken

    def accept(self) -> None:
        """Serve connections until the listener is closed."""
        while True:
            try:
                browser, _address = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=(browser,), daemon=True).start()

    def connect(self, browser: socket.socket) -> None:
        """Pass one connection on, both ways, until either side ends it."""
        with suppress(OSError), browser, socket.create_connection(self.server) as server:
            current: list[Exchange] = []
            back = threading.Thread(target=_answers, args=(server, browser, current), daemon=True)
            back.start()
            while chunk := browser.recv(CHUNK):
                if begun := _begun(chunk, current):
                    current[:] = [begun]
                    self.exchanges.append(begun)
                server.sendall(chunk)
            server.shutdown(socket.SHUT_WR)
            back.join(10)


def _begun(chunk: bytes, current: list[Exchange]) -> Exchange | None:
    """Return the request that begins here, None inside the body of one."""
    line = chunk.partition(b"\r\n")[0].split(b" ")
    if (current and not current[0].size) or len(line) != 3 or not line[2].startswith(b"HTTP/"):
        return None
    return Exchange(line[0].decode("ascii"), line[1].decode("latin-1"), time.perf_counter())


def _head_of(begun: bytearray) -> bytearray:
    head, end, _body = begun.partition(END_OF_HEAD)
    return head + end


def _answers(server: socket.socket, browser: socket.socket, current: list[Exchange]) -> None:
    """Pass answers back and count them."""
    with suppress(OSError):
        while chunk := server.recv(CHUNK):
            if current:
                current[0].size += len(chunk)
                if END_OF_HEAD not in current[0].head:
                    current[0].head = _head_of(current[0].head + chunk)
            browser.sendall(chunk)
    with suppress(OSError):
        browser.shutdown(socket.SHUT_RDWR)


@contextmanager
def counting(address: str) -> Iterator[CountingProxy]:
    """Stand before the server at `address` for the length of a block."""
    host, _colon, port = address.removeprefix("http://").rpartition(":")
    proxy = CountingProxy((host, int(port)))
    threading.Thread(target=proxy.accept, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.listener.close()
