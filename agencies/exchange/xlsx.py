"""Workbooks read as a stream: bounded time and memory, whatever a file holds.

openpyxl builds every row as a tree before it hands it over: a file of 43 kB whose one
row has ten million empty cells costs it 52 s and 3.1 GB, and it cannot tell a formula
that came to an empty text from one that was never calculated. So the parts that matter
go through a parser in portions; of each row only the filled cells of the first columns
stay. openpyxl still says which number formats are dates and what day a number is.
"""

import os
import posixpath
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar
from xml.sax import SAXException
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from django.conf import settings
from django.utils.translation import gettext as _

from agencies.content import BEGINNINGS, MACRO_PARTS
from agencies.exchange.parts import (
    Book,
    Handler,
    Relations,
    Row,
    Rows,
    Strings,
    Styles,
    damaged,
    not_a_workbook,
    too_large,
)
from agencies.exchange.problems import Unreadable, shown

MAX_DIRECTORY = 1_000_000  # bytes of the list of parts; an ordinary workbook's has a few thousand
MAX_KIND = 100  # bytes of the name of a kind
PORTION = 1 << 16
# Until expat 2.6 a tag that never ends is scanned again from its start at every portion.
LONGEST_SILENCE = 1_000_000
OLE_HEADER, ZIP_HEADER = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"

H = TypeVar("H", bound=Handler)


class Workbook:
    """An open workbook: the titles of its sheets, and the filled rows of each."""

    def __init__(self, package: ZipFile) -> None:
        self._package = package
        self._parts: dict[str, ZipInfo] = {
            info.filename.replace("\\", "/").lower(): info for info in package.infolist()
        }
        start = self._relations("_rels/.rels").target("officeDocument")
        self._path = posixpath.normpath(start.lstrip("/"))
        if not self._has(self._path):
            raise Unreadable(not_a_workbook())
        book = self._read(self._path, Book())
        if not book.is_workbook:
            raise Unreadable(not_a_workbook())
        folder, name = posixpath.split(self._path)
        self._related = self._relations(f"{folder}/_rels/{name}.rels")
        self.epoch = book.epoch
        self._sheets = {
            title: target
            for title, relation in book.sheets.items()
            for kind, target in [self._related.targets.get(relation, ("", ""))]
            if kind == "worksheet"
        }
        self._strings: list[str] | None = None
        self._days: frozenset[str] = frozenset()

    @property
    def titles(self) -> list[str]:
        """Return the titles of the sheets in their order."""
        return list(self._sheets)

    def rows(self, title: str) -> Iterator[tuple[int, Row]]:
        """Yield the number and the filled cells of each row that is not blank.

        Raises:
            Unreadable: the file is damaged or too large.
        """
        strings = self._shared_strings()
        handler = Rows(strings, self._days, self.epoch)
        for _portion in self._feed(self._absolute(self._sheets[title]), handler):
            yield from handler.rows
            handler.rows.clear()

    def _shared_strings(self) -> list[str]:
        if self._strings is None:
            strings, styles = Strings(), Styles()
            for kind, handler in (("sharedStrings", strings), ("styles", styles)):
                part = self._absolute(self._related.target(kind) or "-")
                if self._has(part):
                    self._read(part, handler)
            self._strings, self._days = strings.strings, styles.days()
        return self._strings

    def _relations(self, part: str) -> Relations:
        if not self._has(part):
            raise Unreadable(not_a_workbook())
        return self._read(part, Relations())

    def _absolute(self, target: str) -> str:
        if target.startswith("/"):
            return posixpath.normpath(target.lstrip("/"))
        return posixpath.normpath(posixpath.join(posixpath.dirname(self._path), target))

    def _has(self, part: str) -> bool:
        return part.lower() in self._parts

    def _read(self, part: str, handler: H) -> H:
        for _portion in self._feed(part, handler):
            pass
        return handler

    def _feed(self, part: str, handler: Handler) -> Iterator[None]:
        """Parse a part in portions, with a pause after each."""
        try:
            info = self._parts[part.lower()]
        except KeyError:
            raise Unreadable(damaged()) from None
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unreadable(damaged())  # their unpackers take no bound
        parser = DefusedExpatParser(forbid_dtd=True)
        parser.setContentHandler(handler)
        silence, events = 0, 0
        for portion in self._portions(info):
            with _parsing():
                parser.feed(portion)
            silence = silence + len(portion) if handler.events == events else 0
            events = handler.events
            if silence > LONGEST_SILENCE:
                raise Unreadable(damaged())
            yield
        with _parsing():
            parser.close()

    def _portions(self, info: ZipInfo) -> Iterator[bytes]:
        with _unpacking(), self._package.open(info) as stream:
            while portion := stream.read(PORTION):
                yield portion


@contextmanager
def _unpacking() -> Iterator[None]:
    """Take what zipfile raises over a spoiled archive, a ValueError included, as damage."""
    try:
        yield
    except (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError) as error:
        raise Unreadable(damaged()) from error
    except (RuntimeError, NotImplementedError) as error:  # a password, an unknown packing
        raise Unreadable(damaged()) from error


@contextmanager
def _parsing() -> Iterator[None]:
    """Take what the parser raises as damage, or as the harm that was meant."""
    try:
        yield
    except DefusedXmlException:
        raise Unreadable(
            _("The file defines entities of its own, which no workbook needs; it is not read.")
        ) from None
    except (SAXException, ValueError, LookupError) as error:
        # The last two: what a part says of its encoding is none that can be read.
        raise Unreadable(damaged()) from error


@contextmanager
def open_workbook(file: str | Path | BinaryIO) -> Iterator[Workbook]:
    """Open a path or a file object as a workbook, for the time of a block.

    Raises:
        Unreadable: it is none, it is damaged or too large, also when that is found in the block.
    """
    with _opened(file) as stream:
        with _unpacking():
            package = _package(stream)
        with package:
            yield Workbook(package)


@contextmanager
def _opened(file: str | Path | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(file, str | Path):
        file.seek(0)
        yield file
        return
    name = {"path": shown(file, limit=300)}
    try:
        if not stat.S_ISREG(os.stat(file).st_mode):
            raise Unreadable(_("“%(path)s” is not a file.") % name)
        stream = open(file, "rb")  # noqa: SIM115
    except FileNotFoundError:
        raise Unreadable(_("There is no file “%(path)s”.") % name) from None
    except (OSError, ValueError):
        raise Unreadable(_("“%(path)s” cannot be opened.") % name) from None
    with stream:
        yield stream


def _package(stream: BinaryIO) -> ZipFile:
    """Return the archive that a workbook is, once it is known to be of bearable size.

    No part yields more than the size it states, so the sum of these is a true bound.
    """
    head = stream.read(8)
    if head.startswith(OLE_HEADER):
        raise Unreadable(
            _(
                "The file is an old Excel workbook (.xls) or protected by a password; "
                "save it as .xlsx without a password."
            )
        )
    if head.startswith(tuple(beginning for beginning, _kind in BEGINNINGS)):
        raise Unreadable(not_a_workbook())  # a picture, or a document such as PDF
    if head and b"\0" not in head and not head.startswith(ZIP_HEADER):
        raise Unreadable(
            _(
                "The file is plain text, such as .csv; open it in Excel and save it as an "
                "Excel workbook (.xlsx)."
            )
        )
    if not head.startswith(ZIP_HEADER):
        raise Unreadable(not_a_workbook())
    _check_directory(stream)
    package = ZipFile(stream)
    if kind := _other_kind(package):
        raise Unreadable(
            _("The file is a workbook of the kind %(kind)s; save it as .xlsx.") % {"kind": kind}
        )
    if any(MACRO_PARTS.fullmatch(name.replace("\\", "/")) for name in package.namelist()):
        raise Unreadable(
            _("The workbook contains macros, which are programs; save it as .xlsx without them.")
        )
    if sum(info.file_size for info in package.infolist()) > settings.IMPORT_MAX_BYTES:
        raise Unreadable(too_large())
    return package


def _other_kind(package: ZipFile) -> str:
    """Return the ending of a workbook of another kind, "" for any other archive."""
    names = set(package.namelist())
    if "xl/workbook.bin" in names:
        return ".xlsb"
    first = package.infolist()[:1]
    if first and first[0].filename == "mimetype" and first[0].file_size < MAX_KIND:
        return ".ods" if package.read("mimetype").endswith(b"spreadsheet") else ""
    return ".numbers" if "Index/Document.iwa" in names else ""


def _check_directory(stream: BinaryIO) -> None:
    """Check the size of the archive's list of parts, which zipfile reads as a whole."""
    size = stream.seek(0, os.SEEK_END)
    tail_size = min(size, 22 + 65_535 + 20)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        raise Unreadable(damaged())
    (directory,) = struct.unpack_from("<L", tail, place + 12)
    if directory > MAX_DIRECTORY or tail[max(place - 20, 0) : place].startswith(b"PK\x06\x07"):
        raise Unreadable(too_large())
    stream.seek(0)
