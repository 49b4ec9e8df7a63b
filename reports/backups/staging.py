"""Files on their way to their place: unpacked beside it, then moved all together."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.backups.archive import PORTION, Archive
from reports.backups.manifest import KeptFile
from reports.backups.problems import BadBackup, altered

STAGE = ".restoring-"


def refuse_other_files(media: Path, files: Iterable[KeptFile]) -> None:
    """Check that the folder of documents holds nothing but what is in the backup.

    A restore that was killed between moving its files and committing its rows leaves some of
    them, byte for byte; the next one finds them in place.

    Raises:
        BadBackup: something else is there; the text names it.
    """
    kept = {file.name: file for file in files}
    others = [
        name for name, path in _files_of(media) if name not in kept or not _is(path, kept[name])
    ]
    if others:
        text = ngettext(
            "The folder of documents (%(folder)s) holds %(count)d file that is not in the backup: "
            "%(names)s. A backup is restored into an empty installation only; nothing was written.",
            "The folder of documents (%(folder)s) holds %(count)d files that are not in the "
            "backup: %(names)s. A backup is restored into an empty installation only; nothing was "
            "written.",
            len(others),
        )
        named = ", ".join(others[:3]) + (" …" if len(others) > 3 else "")
        raise BadBackup(text % {"folder": media, "count": len(others), "names": named})


def _files_of(media: Path) -> Iterator[tuple[str, Path]]:
    for folder, folders, names in os.walk(media):
        folders[:] = [name for name in folders if not name.startswith(STAGE)]
        for name in names:
            path = Path(folder, name)
            yield path.relative_to(media).as_posix(), path


def _is(path: Path, file: KeptFile) -> bool:
    if path.is_symlink() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as stream:
        digest = sha256()
        while piece := stream.read(PORTION):
            digest.update(piece)
    return digest.hexdigest() == file.sha256


class Stage:
    """Files unpacked beside the folder that they are to be in."""

    def __init__(self, media: Path, folder: Path, files: list[KeptFile]) -> None:
        self._media, self._folder, self._files = media, folder, files

    def move_into_place(self) -> None:
        """Move every file to its place; those moved go away again where one cannot be."""
        moved: list[Path] = []
        try:
            for number, file in enumerate(self._files):
                place = self._media / file.name
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.replace(self._folder / str(number), place)
                moved.append(place)
            for folder in {place.parent for place in moved} | {self._media}:
                sync_folder(folder)
        except BaseException:
            for place in moved:
                place.unlink(missing_ok=True)
            raise


@contextmanager
def staged(archive: Archive, media: Path) -> Iterator[Stage]:
    """Unpack the files of a backup for the time of a block, each compared with its SHA-256.

    Raises:
        BadBackup: there is no room for them, or one is not what it should be.
    """
    media.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in media.glob(STAGE + "*"):  # by a restore that was killed
        shutil.rmtree(left)
    needed, free = sum(file.size for file in archive.manifest.files), shutil.disk_usage(media).free
    if needed > free:
        raise BadBackup(
            _("The documents need %(needed)d MB, and %(folder)s has room for %(free)d MB only.")
            % {"needed": needed >> 20, "folder": media, "free": free >> 20}
        )
    folder = Path(mkdtemp(prefix=STAGE, dir=media))
    try:
        for number, file in enumerate(archive.manifest.files):
            _unpack(archive, file, folder / str(number))
        yield Stage(media, folder, archive.manifest.files)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(archive: Archive, file: KeptFile, place: Path) -> None:
    digest = sha256()
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        for piece in archive.pieces(file.part):
            target.write(piece)
            digest.update(piece)
        target.flush()
        os.fsync(target.fileno())
    if digest.hexdigest() != file.sha256:
        raise altered(file.name)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows opens no folder
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network shares refuse
    finally:
        os.close(descriptor)
