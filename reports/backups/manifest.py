"""The list of contents of a backup: what is in it, and what proves each part."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from reports.backups.problems import BadBackup

FORMAT = "kontum-qms/backup/1"  # a change of what is in a backup, or under which name, is another
PRODUCT = "kontum-qms"
SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class TablePart:
    """One table: its model, its columns in their order, how many rows, and what proves them.

    `last_id` is the highest id ever given, so that none is given twice after a restore.
    """

    model: str
    columns: list[str]
    rows: int
    last_id: int | None
    size: int
    sha256: str

    @property
    def part(self) -> str:
        """Return the name of its part of the archive."""
        return f"rows/{self.model}.jsonl"


@dataclass(frozen=True)
class KeptFile:
    """One file below MEDIA_ROOT that a row names."""

    name: str
    size: int
    sha256: str

    @property
    def part(self) -> str:
        """Return the name of its part of the archive."""
        return f"files/{self.name}"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    `missing` and `altered` are the files that were named by a row when the backup was taken, but
    were not there, or no longer had the SHA-256 of their row (these are in it as they were found).
    `figures` is the roll-up of the moment, None where the database awaited its migrations.
    """

    product: str
    version: str
    taken_at: str
    database: dict[str, str]
    migrations: list[list[str]]
    tables: list[TablePart]
    files: list[KeptFile]
    missing: list[str]
    altered: list[str]
    figures: dict[str, Any] | None

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(table.rows for table in self.tables)

    @property
    def parts(self) -> "list[TablePart | KeptFile]":
        """Return everything that a part of the archive holds."""
        return [*self.tables, *self.files]

    def to_json(self) -> bytes:
        """Return the manifest as it is kept, for people to read too."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)
        return text.encode() + b"\n"


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest that some bytes hold.

    Raises:
        BadBackup: they hold none, or one of another form or product.
    """
    try:
        said = json.loads(content)
        if said.pop("format") != FORMAT or said["product"] != PRODUCT:
            raise BadBackup(_unknown())
        said["tables"] = [_table(table) for table in said["tables"]]
        said["files"] = [_file(file) for file in said["files"]]
        said["migrations"] = [[str(app), str(name)] for app, name in said["migrations"]]
        manifest = Manifest(**said)
        version_of(manifest.version)
        if datetime.fromisoformat(manifest.taken_at).tzinfo is None:
            raise BadBackup(_unknown())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadBackup(_unknown()) from None
    return manifest


def _unknown() -> str:
    return _("The file is no backup of this program, or one of a form that it does not know.")


def _table(said: dict[str, Any]) -> TablePart:
    table = TablePart(**said)
    words = [table.model, *table.columns]
    if not all(re.fullmatch(r"[\w.]+", word) for word in words):
        raise ValueError
    _check_part(table.size, table.sha256)
    return table


def _file(said: dict[str, Any]) -> KeptFile:
    file = KeptFile(**said)
    if not is_safe(file.name):
        raise BadBackup(
            _("The backup names a file outside the folder of documents (%(name)s); it is not read.")
            % {"name": file.name[:100]}
        )
    _check_part(file.size, file.sha256)
    return file


def _check_part(size: int, sha256: str) -> None:
    if not isinstance(size, int) or size < 0 or not SHA256.match(sha256):
        raise ValueError


def is_safe(name: str) -> bool:
    """Say whether a name stays below the folder that it is put into, on any system."""
    path = PurePosixPath(name)
    plain = str(path) == name and not path.is_absolute() and name != "."
    return plain and ".." not in path.parts and not re.search(r"[\\:\x00-\x1f]", name)


def version_of(text: str) -> tuple[int, ...]:
    """Return a version of the product as numbers that are in order.

    Raises:
        ValueError: it is none.
    """
    return tuple(int(part) for part in text.split("."))


def refuse_newer(manifest: Manifest) -> None:
    """Check that the backup was not made by a newer version of the product.

    Raises:
        BadBackup: it was.
    """
    if version_of(manifest.version) > version_of(settings.VERSION):
        raise BadBackup(
            _(
                "The backup was made by version %(theirs)s, newer than this one (%(ours)s). "
                "Update the program first, then restore."
            )
            % {"theirs": manifest.version, "ours": settings.VERSION}
        )
