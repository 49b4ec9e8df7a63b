"""Two real PostgreSQL servers on this machine, the second in streaming replication of the first."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

CONFIG = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
wal_level = replica
max_connections = 30
fsync = off
full_page_writes = off
hot_standby = on
"""


class Server:
    """One server in a folder of its own."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]

    @property
    def url(self) -> str:
        """Return where the site finds it."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def begin(self) -> None:
        """Make a first server."""
        self.run(
            "initdb", "-D", "data", "-U", "postgres", "-E", "UTF8", "--auth=trust", "--no-sync"
        )
        self._configure()

    def follow(self, first: "Server") -> None:
        """Make a copy that follows another."""
        source = f"host=127.0.0.1 port={first.port} user=postgres"
        self.run("pg_basebackup", "-D", "data", "-d", source, "-R", "-X", "stream", "-c", "fast")
        self._configure()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.run("pg_ctl", "-D", "data", "-l", "log", "-w", "-t", "60", "start")

    def stop(self) -> None:
        """Stop it at once."""
        self.run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def say(self, statement: str) -> tuple[object, ...]:
        """Say something to it and return the first row."""
        url = self.url.replace("postgres://", "postgresql://")
        with psycopg.connect(url, autocommit=True) as asking:
            return tuple(asking.execute(statement.encode()).fetchone() or ())

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as somebody who is not root."""
        owner = [] if os.getuid() else ["runuser", "-u", "postgres", "--"]
        command = [*owner, str(self.programs / program), *arguments]
        with (self.folder / "said").open("ab") as said:
            done = subprocess.run(command, cwd=self.folder, stdout=said, stderr=said, check=False)
        assert done.returncode == 0, (self.folder / "said").read_text("utf-8")

    def _configure(self) -> None:
        with (self.folder / "data/postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(CONFIG.format(port=self.port, folder=self.folder))


def programs() -> Path | None:
    """Return where PostgreSQL's programs are, the newest."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def two_servers() -> Iterator[tuple[Server, Server]]:
    """Run a first server and its copy until the block ends."""
    place = programs()
    assert place is not None
    folders = [Path(tempfile.mkdtemp()) for _ in range(2)]
    first, copy = (Server(folder, place) for folder in folders)
    started = []
    try:
        for folder in folders:
            if not os.getuid():
                shutil.chown(folder, "postgres")
        first.begin()
        first.start()
        started.append(first)
        copy.follow(first)
        copy.start()
        started.append(copy)
        yield first, copy
    finally:
        for server in started:
            if (server.folder / "data/postmaster.pid").exists():
                server.stop()
        for folder in folders:
            shutil.rmtree(folder)
