"""Restoring a backup into an empty installation, or into a scratch one to prove that it would."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from agencies.actions import note_act
from agencies.audit import broken_lines
from agencies.invariants import broken_rules
from agencies.models import Deed
from reports.actions.rebuilding import migrate_forward, rebuild, refuse_filled, whole_database
from reports.backing_up import figures_at
from reports.backups import BadBackup, Manifest
from reports.backups.archive import Archive, open_archive
from reports.backups.manifest import refuse_newer
from reports.backups.rows import tables
from reports.backups.scratch import scratch_database
from reports.backups.snapshot import named_files, pending, unknown
from reports.backups.staging import refuse_other_files, staged
from reports.sent_checks import altered_reports, reports_no_longer_given

# What reading and writing on a disk that fails, or a database that does, raises.
FAILURES = (DatabaseError, OSError)


@dataclass
class Restored:
    """What came back, and what was already wrong with it when the backup was taken."""

    manifest: Manifest
    was_older: bool = False
    findings: list[str] = field(default_factory=list)


def restore(path: Path) -> Restored:
    """Restore a backup into this installation, which has to be empty: all of it or nothing.

    Files come first and rows are committed last, so whoever is killed in between leaves an empty
    database, and files that the next restore finds in place.

    Raises:
        BadBackup: the backup is not whole, or is of a newer version, or the installation is not
            empty; nothing was written.
    """
    media = Path(settings.MEDIA_ROOT)
    with open_archive(path) as archive:
        _refuse_unknown(archive.manifest)
        archive.check_everything()
        _make_folder_of_database()
        return _restore(archive, media)


def check(path: Path) -> Restored:
    """Restore a backup into a scratch installation that is gone afterwards; errors as `restore`."""
    with TemporaryDirectory(prefix="kontum-qms-") as folder, open_archive(path) as archive:
        _refuse_unknown(archive.manifest)
        archive.check_everything()
        with scratch_database(str(Path(folder) / "scratch.sqlite3")):
            return _restore(archive, Path(folder) / "media")


def _restore(archive: Archive, media: Path) -> Restored:
    with whole_database():
        refuse_filled()
        refuse_other_files(media, archive.manifest.files)
        with staged(archive, media) as stage:
            rebuild(archive)
            restored = Restored(archive.manifest, was_older=pending())
            migrate_forward()
            connection.check_constraints()
            cache.clear()
            restored.findings += findings(archive.manifest)
            note_act(Deed.RESTORED, by=None, said={"taken_at": archive.manifest.taken_at})
            stage.move_into_place()
    return restored


def _refuse_unknown(manifest: Manifest) -> None:
    refuse_newer(manifest)
    names = [(app, name) for app, name in manifest.migrations]
    if strange := unknown(names):
        raise BadBackup(
            _(
                "The backup is of a database of a newer version: this program does not know its "
                "migration %(migration)s. Update the program first, then restore."
            )
            % {"migration": ".".join(strange[0])[:200]}
        )


def _make_folder_of_database() -> None:
    if connection.vendor == "sqlite" and connection.settings_dict["NAME"]:
        Path(str(connection.settings_dict["NAME"])).parent.mkdir(parents=True, exist_ok=True)


def findings(manifest: Manifest) -> Iterator[str]:
    """Yield what is wrong with the data that came back, though they came back as they were.

    None of it keeps a backup from being restored: it may be the only one that there is.
    """
    yield from _of_files(manifest)
    yield from broken_rules()
    yield from broken_lines()
    yield from altered_reports()
    yield from reports_no_longer_given()
    yield from _of_figures(manifest)


def _of_files(manifest: Manifest) -> Iterator[str]:
    """Compare what rows name with what is in the backup, whatever its list of contents says."""
    kept = {file.name: file.sha256 for file in manifest.files}
    named = named_files(tables(apps))
    for name, expected in named.items():
        if name not in kept:
            yield _("Missing already when the backup was taken: %(file)s") % {"file": name}
        elif expected is not None and kept[name] != expected:
            yield _("Altered already when the backup was taken: %(file)s") % {"file": name}


def _of_figures(manifest: Manifest) -> Iterator[str]:
    if manifest.figures is None:
        return
    today = figures_at(datetime.fromisoformat(manifest.taken_at))
    if today is None or _counts(manifest.figures, today) != _counts(today, manifest.figures):
        yield _("The roll-up is not the one of the day on which the backup was taken.")


def _counts(answer: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a roll-up counts, of that which the other one counts too.

    Left out are the words and the style that it is printed in, and what another version adds.
    """
    counted = answer["total"].keys() & other["total"].keys() - {"label", "fraction"}
    rows = (*answer["rows"], answer["total"])
    return [{name: value for name, value in row.items() if name in counted} for row in rows]
