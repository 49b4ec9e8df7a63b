"""Taking a backup while the office goes on working."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.asof import AsOf
from agencies.models import Edition
from agencies.questions import ask
from reports import figures, rollups
from reports.backups import BadBackup, KeptFile, Manifest, TablePart
from reports.backups.archive import ArchiveWriter, open_archive
from reports.backups.manifest import PRODUCT, is_safe
from reports.backups.rows import Model, columns, lines, tables
from reports.backups.snapshot import (
    applied,
    database,
    is_named,
    last_id,
    models_at,
    named_files,
    one_moment,
    pending,
    unknown,
)
from reports.backups.staging import sync_folder

NAME = "kontum-qms-%Y%m%d-%H%M%S-%f.zip"  # in UTC
NAMES = re.compile(r"kontum-qms-\d{8}-\d{6}-\d{6}\.zip\Z")
UNFINISHED = ".kontum-qms-"
TRIES = 3


@dataclass(frozen=True)
class Taken:
    """A backup that was taken, and the older ones that gave way to it."""

    path: Path
    manifest: Manifest
    removed: list[Path]

    @property
    def is_whole(self) -> bool:
        """Say whether every file that a row names is in it, as it was kept."""
        return not (self.manifest.missing or self.manifest.altered)


class _RemovedMeanwhile(Exception):
    """A file that the rows name was removed, with its row, before it could be read."""


def take_backup(folder: Path, *, keep: int | None = None) -> Taken:
    """Write one backup into a folder, read it back, then let only the newest `keep` stay.

    Older backups give way to a whole one only.

    Raises:
        BadBackup: the database is not one of this program's, or of a newer version.
        OSError: the folder cannot be written, or is full; nothing is left in it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_unfinished(folder)
    path, manifest = _write_again_if_need_be(folder)
    taken = Taken(path, manifest, [])
    if keep is not None and taken.is_whole:
        taken.removed.extend(_rotate(folder, keep))
    return taken


def _write_again_if_need_be(folder: Path) -> tuple[Path, Manifest]:
    """Begin anew where a document went away with its row while the backup was being written."""
    for _try in range(TRIES - 1):
        try:
            return _write(folder, may_miss=False)
        except _RemovedMeanwhile:
            continue
    return _write(folder, may_miss=True)


def _write(folder: Path, *, may_miss: bool) -> tuple[Path, Manifest]:
    moment = timezone.now().astimezone(UTC)
    with NamedTemporaryFile(dir=folder, prefix=UNFINISHED, delete=False) as file:
        unfinished = Path(file.name)
        try:
            _write_parts(file, moment, may_miss=may_miss)
            with open_archive(unfinished) as archive:
                archive.check_everything()
                manifest = archive.manifest
            path = folder / moment.strftime(NAME)
            os.replace(unfinished, path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    sync_folder(folder)
    return path, manifest


def _write_parts(file: IO[bytes], moment: datetime, *, may_miss: bool) -> None:
    with ArchiveWriter(file, moment) as writer:
        said, models, named = _write_rows(writer, moment)
        files, missing, altered = _write_files(writer, named, models, may_miss=may_miss)
        writer.finish(Manifest(**said, files=files, missing=missing, altered=altered))


def _write_rows(
    writer: ArchiveWriter, moment: datetime
) -> tuple[dict[str, Any], list[Model], dict[str, str | None]]:
    """Write every table; return what the manifest says of them, and the files that rows name."""
    with one_moment():
        migrations = applied()
        _refuse_other_database(migrations)
        models = tables(models_at(migrations))
        said: dict[str, Any] = {
            "product": PRODUCT,
            "version": settings.VERSION,
            "taken_at": moment.isoformat(),
            "database": database(),
            "migrations": [list(name) for name in migrations],
            "tables": [_write_table(writer, model) for model in models],
            "figures": None if pending() else figures_at(moment),
        }
        return said, models, named_files(models)


def _refuse_other_database(migrations: list[tuple[str, str]]) -> None:
    if not migrations:
        raise BadBackup(_("The database holds nothing of this program; there is nothing to keep."))
    if strange := unknown(migrations):
        raise BadBackup(
            _("The database is of a newer version of the program (%(migration)s); update first.")
            % {"migration": ".".join(strange[0])}
        )


def _write_table(writer: ArchiveWriter, model: Model) -> TablePart:
    label = model._meta.label_lower
    names = [field.attname for field in columns(model)]
    last = last_id(model)
    rows, size, digest = writer.add(f"rows/{label}.jsonl", lines(model), packed=True)
    return TablePart(label, names, rows, last, size, digest)


def _write_files(
    writer: ArchiveWriter, named: dict[str, str | None], models: list[Model], *, may_miss: bool
) -> tuple[list[KeptFile], list[str], list[str]]:
    files, missing, altered = [], [], []
    for name, expected in named.items():
        try:
            content = _content(name)
        except OSError:
            if not (may_miss or is_named(models, name)):
                raise _RemovedMeanwhile from None
            missing.append(name)
            continue
        _count, size, digest = writer.add(f"files/{name}", [content], packed=False)
        files.append(KeptFile(name, size, digest))
        if expected is not None and digest != expected:
            altered.append(name)
    return files, missing, altered


def _content(name: str) -> bytes:
    """Return a file as a whole, which EVIDENCE_MAX_MB bounds; no name leads out of the folder."""
    if not is_safe(name):
        raise FileNotFoundError(name)
    with default_storage.open(name, "rb") as stream:
        return bytes(stream.read())


def figures_at(moment: datetime) -> dict[str, Any] | None:
    """Return the roll-up of a moment as programs read it, None in an office without an edition."""
    as_of = AsOf(timezone.localdate(moment), moment)
    try:
        question = ask(day=as_of.day, known_at=moment)
    except Edition.DoesNotExist:
        return None
    return figures.answer(question, rollups.by_group(as_of, question.edition))


def _remove_unfinished(folder: Path) -> None:
    """Remove what killed backups left, a day later: another may be at work just now."""
    since = (timezone.now() - timedelta(days=1)).timestamp()
    for path in folder.glob(UNFINISHED + "*"):
        if path.stat().st_mtime < since:
            path.unlink(missing_ok=True)


def _rotate(folder: Path, keep: int) -> Iterator[Path]:
    names = sorted(path.name for path in folder.iterdir() if NAMES.match(path.name))
    for name in names[: max(len(names) - keep, 0)]:
        (folder / name).unlink(missing_ok=True)
        yield folder / name
