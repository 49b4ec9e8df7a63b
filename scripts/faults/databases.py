"""A database for the run alone, that can be put back to how it was kept."""

import shutil
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from django.db import connections


class Database(Protocol):
    """What the run asks of a database of either kind."""

    url: str

    def keep(self) -> None:
        """Keep how it is now; nobody else may be connected."""

    def put_back(self) -> None:
        """Make it what was kept; nobody else may be connected."""

    def drop(self) -> None:
        """Leave nothing behind."""


class SqliteDatabase:
    """One file in the folder of the run."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data/site.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def keep(self) -> None:
        """Copy the file, which holds all once the last connection is closed."""
        connections.close_all()
        shutil.copy(self.path, self.path.with_suffix(".kept"))

    def put_back(self) -> None:
        """Take the copy, and the log of the other away."""
        connections.close_all()
        for ending in ("-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        shutil.copy(self.path.with_suffix(".kept"), self.path)

    def drop(self) -> None:
        """Leave the file to whoever removes the folder."""
        connections.close_all()


class PostgresDatabase:
    """A database beside the one that DATABASE_URL names, which is never touched."""

    def __init__(self, server: str) -> None:
        self.server, self.name = server, f"faults_{uuid4().hex[:12]}"
        self.url = urlunsplit(urlsplit(server)._replace(path=f"/{self.name}"))
        self._say(f"CREATE DATABASE {self.name}")

    def keep(self) -> None:
        """Make a copy inside the server."""
        connections.close_all()
        self._say(f"CREATE DATABASE {self.name}_kept TEMPLATE {self.name}")

    def put_back(self) -> None:
        """Take the copy; whoever a killed process left connected is sent away."""
        connections.close_all()
        self._say(f"DROP DATABASE {self.name} WITH (FORCE)")
        self._say(f"CREATE DATABASE {self.name} TEMPLATE {self.name}_kept")

    def drop(self) -> None:
        """Remove both."""
        connections.close_all()
        for name in (self.name, f"{self.name}_kept"):
            self._say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as asking:
            asking.execute(statement.encode())


def own_database(given: str, folder: Path) -> Database:
    """Return a new database of the kind that DATABASE_URL names, SQLite where it names none."""
    return PostgresDatabase(given) if given.startswith("postgres") else SqliteDatabase(folder)
