"""The one file of a backup: a ZIP whose last bytes are the SHA-256 of all before them.

So a byte that was altered anywhere is found, and a file that was cut short, before anything in it
is believed. No part is unpacked beyond the size that its list of contents states.
"""

import hashlib
import os
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from agencies.exchange import shown
from reports.backups.manifest import Manifest, TablePart, read_manifest
from reports.backups.problems import BadBackup, altered

MANIFEST = "manifest.json"
SEAL = b"kontum-qms backup sha256:"
DIGITS = 64
PORTION = 1 << 20
MAX_MANIFEST = 200_000_000  # bytes; a file takes 150 of it
# Rows of an office pack to a tenth or a twentieth; a thousandth is what a bomb packs to.
MAX_RATIO = 200
ALWAYS_BEARABLE = 1_000_000_000  # bytes that all parts may unpack to, however well they pack
MAX_LINE = 200_000_000  # bytes of one row; a file of a sent report is part of its row


class ArchiveWriter:
    """Writes the parts of a backup one after the other."""

    def __init__(self, file: IO[bytes], moment: datetime) -> None:
        self._file = file
        self._moment = moment
        self._zip = ZipFile(file, "w")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        """Let go of an archive that was not finished; its file is no backup and goes away."""
        with suppress(OSError):
            self._zip.close()

    def add(self, part: str, pieces: Iterable[bytes], *, packed: bool) -> tuple[int, int, str]:
        """Write one part; return how many pieces it has, its size and its SHA-256."""
        info = ZipInfo(part, self._moment.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        info.external_attr = (stat.S_IFREG | 0o600) << 16
        count, size, digest = 0, 0, hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=True) as target:
            for piece in pieces:
                target.write(piece)
                digest.update(piece)
                count, size = count + 1, size + len(piece)
        return count, size, digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Write the list of contents, then the seal; what follows the seal is nothing."""
        self.add(MANIFEST, [manifest.to_json()], packed=True)
        self._zip.comment = SEAL + b"0" * DIGITS
        self._zip.close()
        digest = _digest_before_seal(self._file)
        self._file.seek(-DIGITS, os.SEEK_END)
        self._file.write(digest.encode("ascii"))
        self._file.flush()
        os.fsync(self._file.fileno())


class Archive:
    """An open backup that is as it was written."""

    def __init__(self, package: ZipFile, size: int) -> None:
        self._zip = package
        self._parts = {info.filename: info for info in package.infolist()}
        if len(self._parts) != len(package.infolist()):
            raise altered(_("a name stands twice"))
        self._refuse_bomb(size)
        info = self._parts.get(MANIFEST)
        if info is None or info.file_size > MAX_MANIFEST:
            raise altered(MANIFEST)
        self.manifest = read_manifest(b"".join(self._pieces(info)))
        self._check_parts()

    def check_everything(self) -> None:
        """Read every part and compare it with the list of contents.

        Raises:
            BadBackup: one is not what it should be.
        """
        for part in self.manifest.parts:
            digest = hashlib.sha256()
            for piece in self.pieces(part.part):
                digest.update(piece)
            if digest.hexdigest() != part.sha256:
                raise altered(part.part)

    def pieces(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part in portions."""
        return self._pieces(self._parts[part])

    def lines(self, table: TablePart) -> Iterator[bytes]:
        """Yield the lines of a table's part."""
        held: list[bytes] = []
        for piece in self.pieces(table.part):
            end, *others = piece.split(b"\n")
            held.append(end)
            if sum(map(len, held)) > MAX_LINE:
                raise altered(table.part)
            if others:
                yield b"".join(held)
                yield from others[:-1]
                held = [others[-1]]
        if any(held):
            raise altered(table.part)

    def _check_parts(self) -> None:
        listed = {part.part: part.size for part in self.manifest.parts}
        if listed.keys() | {MANIFEST} != self._parts.keys():
            odd = sorted((listed.keys() | {MANIFEST}) ^ self._parts.keys())
            raise altered(odd[0][:100])
        for name, size in listed.items():
            if self._parts[name].file_size != size:
                raise altered(name)
        for file in self.manifest.files:  # stored as they are: they cannot grow
            if self._parts[file.part].compress_size != file.size:
                raise altered(file.name)

    def _refuse_bomb(self, size: int) -> None:
        infos = self._parts.values()
        for info in infos:
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or info.flag_bits & 1:
                raise altered(info.filename[:100])
        if sum(info.compress_size for info in infos) > size:
            raise altered(_("parts overlap"))
        if sum(info.file_size for info in infos) > max(MAX_RATIO * size, ALWAYS_BEARABLE):
            raise BadBackup(
                _("The backup would unpack to many times what any office has; it is not read.")
            )

    def _pieces(self, info: ZipInfo) -> Iterator[bytes]:
        left = info.file_size
        with _unpacking(info.filename), self._zip.open(info) as stream:
            while piece := stream.read(PORTION):
                left -= len(piece)
                if left < 0:
                    raise altered(info.filename)
                yield piece
        if left:
            raise altered(info.filename)


@contextmanager
def _unpacking(part: str) -> Iterator[None]:
    """Take what zipfile raises over a spoiled archive as damage."""
    try:
        yield
    except (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError):
        raise altered(part[:100]) from None


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup for the time of a block, once its seal is found whole.

    Raises:
        BadBackup: it is none, it is cut short, or a byte of it was altered.
    """
    with _opened(path) as file:
        _check_seal(file)
        try:
            package = ZipFile(file)
        except (BadZipFile, ValueError, struct.error, OSError, IndexError, NotImplementedError):
            raise altered(path.name[:100]) from None
        with package:
            yield Archive(package, file.seek(0, os.SEEK_END))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    named = {"path": shown(path, limit=300)}
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise BadBackup(_("“%(path)s” is not a file.") % named)
        file = path.open("rb")
    except FileNotFoundError:
        raise BadBackup(_("There is no file “%(path)s”.") % named) from None
    except (OSError, ValueError):
        raise BadBackup(_("“%(path)s” cannot be opened.") % named) from None
    with file:
        yield file


def _check_seal(file: IO[bytes]) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise BadBackup(_("The file is no backup made by `manage.py backup`."))
    file.seek(max(size - DIGITS - len(SEAL), 0))
    tail = file.read()
    if not tail.startswith(SEAL):
        raise BadBackup(
            _(
                "The file was cut short, or is no backup made by `manage.py backup`; "
                "its end is missing."
            )
        )
    if tail[len(SEAL) :] != _digest_before_seal(file).encode("ascii"):
        raise BadBackup(
            _("The backup is damaged: at least one byte is not as it was written. It is not read.")
        )


def _digest_before_seal(file: IO[bytes]) -> str:
    left = file.seek(0, os.SEEK_END) - DIGITS
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0 and (piece := file.read(min(PORTION, left))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()
