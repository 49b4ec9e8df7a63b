"""Copying an installation into another database, and proving table by table that it is the same."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from reports.backups.archive import open_archive
from reports.backups.rows import lines, tables
from reports.backups.snapshot import applied, models_at

MANAGE = Path(settings.BASE_DIR) / "manage.py"


@dataclass(frozen=True)
class Compared:
    """One table of both databases: how many rows, and the hash of them all in a portable form."""

    table: str
    rows: int
    rows_here: int
    digest: str
    digest_here: str

    @property
    def is_same(self) -> bool:
        """Say whether this database has the very rows of the other."""
        return (self.rows, self.digest) == (self.rows_here, self.digest_here)


def compare(backup: Path) -> Iterator[Compared]:
    """Compare the database with a backup, table by table.

    Rows after those of the backup are left out: the act of restoring is itself on record.

    Raises:
        BadBackup: the file is no backup.
    """
    with open_archive(backup) as archive:
        # As the backup reads them: today's models may have the same columns in another order.
        found = {model._meta.label_lower: model for model in tables(models_at(applied()))}
        for table in archive.manifest.tables:
            digest, count = sha256(), 0
            for line in islice(lines(found[table.model]), table.rows):
                digest.update(line)
                count += 1
            yield Compared(table.model, table.rows, count, table.sha256, digest.hexdigest())


def is_database(url: str) -> bool:
    """Say whether an address names a database of a kind that the program runs on."""
    try:
        engine = str(environ.Env.db_url_config(url)["ENGINE"])
    except (KeyError, ValueError, ImproperlyConfigured):
        return False
    return engine in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}


def at_the_other(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this program at another database; documents stay where they are."""
    return subprocess.run(  # noqa: S603  # this very program
        [sys.executable, str(MANAGE), *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
        check=False,
        text=True,
        capture_output=True,
    )
