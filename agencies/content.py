"""What a file is, by its content alone; its name and what a browser says of it prove nothing."""

import re
import struct
from codecs import utf_8_decode
from collections.abc import Iterator
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import EvidenceKind
from agencies.models.evidence import NAME_LENGTH
from agencies.vietnamese import clean_text

HEAD = 1024  # bytes by which most kinds are told
MEGABYTE = 1024 * 1024
MAX_DIRECTORY = MEGABYTE  # of a ZIP's list of parts; a long report with pictures has 50 kB
BEGINNINGS = (
    (b"%PDF-", EvidenceKind.PDF),
    (b"\x89PNG\r\n\x1a\n", EvidenceKind.PNG),
    (b"\xff\xd8\xff", EvidenceKind.JPEG),
    (b"II*\x00", EvidenceKind.TIFF),
    (b"MM\x00*", EvidenceKind.TIFF),
)
# What stands within the last bytes of a whole file; its lack tells one that was cut off.
TAIL = 4096
ENDS = {EvidenceKind.PDF: b"%%EOF", EvidenceKind.PNG: b"IEND", EvidenceKind.JPEG: b"\xff\xd9"}
ZIP, OLE2 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN_PARTS = {
    "word/document.xml": EvidenceKind.DOCX,
    "xl/workbook.xml": EvidenceKind.XLSX,
    "ppt/presentation.xml": EvidenceKind.PPTX,
}
OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": EvidenceKind.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": EvidenceKind.ODS,
}
# Parts of a package that hold programs: Office's, Excel 4's, and OpenDocument's.
MACRO_PARTS = re.compile(
    r"(.*/)?vbaproject\.bin|xl/macrosheets/.*|basic/.*|scripts/.*", re.IGNORECASE
)
OLD_KINDS = {
    "WordDocument": EvidenceKind.DOC,
    "Workbook": EvidenceKind.XLS,
    "Book": EvidenceKind.XLS,
}
OLD_MACROS = frozenset({"Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"})
# What a browser offers to choose from; whoever takes another file is told by its content.
ENDINGS_SHOWN = ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.webp,.docx,.doc,.xlsx,.xls,.pptx,.odt,.ods"
ALLOWED = "PDF, JPEG, PNG, TIFF, WebP, Word (.docx, .doc), Excel (.xlsx, .xls), .pptx, .odt, .ods"
# Endings that a name loses where the content is another kind.
ENDINGS = re.compile(
    r"\.(pdf|jpe?g|png|tiff?|webp|docx?|docm|xlsx?|xlsm|pptx?|odt|ods|html?|svg|zip|exe)$",
    re.IGNORECASE,
)
SAME_ENDING = {".jpeg": "jpg", ".tiff": "tif"}


def kind_of(file: Any) -> EvidenceKind:
    """Return the kind of an open file with `name` and `size`, if it may be kept.

    Raises:
        ValidationError: it is empty, too large, or of a kind that is not kept; the message
            says what was found and what is allowed.
    """
    if not file.size:
        raise ValidationError(_("The file is empty (0 bytes); choose another one."))
    if file.size > settings.EVIDENCE_MAX_MB * MEGABYTE:
        raise ValidationError(
            _("The file is larger than %(most)s MB, the most that is kept of one document.")
            % {"most": settings.EVIDENCE_MAX_MB}
        )
    file.seek(0)
    head = file.read(HEAD)
    kind = _kind(file, head)
    if kind in ENDS:
        file.seek(max(0, file.size - TAIL))
        if ENDS[kind] not in file.read(TAIL):
            raise ValidationError(
                _("The end of the file is missing; it was cut off. Copy it anew.")
            )
    file.seek(0)
    if kind is None:
        raise ValidationError(
            _("This file is %(found)s by its content; allowed are %(allowed)s.")
            % {"found": _found(head), "allowed": ALLOWED}
        )
    return kind


def _kind(file: BinaryIO, head: bytes) -> EvidenceKind | None:
    """Return the kind, None where it is none of those kept."""
    for beginning, kind in BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return EvidenceKind.WEBP
    if head.startswith(ZIP):
        return _kind_of_package(file)
    if head.startswith(OLE2):
        return _kind_of_old_document(file)
    return None


def _kind_of_package(file: BinaryIO) -> EvidenceKind | None:
    """Return the kind of a ZIP by the parts that every document of the kind has."""
    if not _has_short_directory(file):
        return None
    try:
        with ZipFile(file) as package:
            names = set(package.namelist())
            kind = _kind_by_parts(package, names)
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None  # damaged, encrypted, or packed in a way that no office program uses
    if kind and any(MACRO_PARTS.fullmatch(name) for name in names):
        refuse_macros()
    return kind


def _kind_by_parts(package: ZipFile, names: set[str]) -> EvidenceKind | None:
    if "[Content_Types].xml" in names:
        with package.open("[Content_Types].xml") as part:
            if b"macroEnabled" in part.read(MEGABYTE):
                refuse_macros()
        return next((kind for part, kind in MAIN_PARTS.items() if part in names), None)
    if {"mimetype", "content.xml"} <= names:
        with package.open("mimetype") as part:
            return OPEN_DOCUMENTS.get(part.read(100).strip())
    return None


def _has_short_directory(file: BinaryIO) -> bool:
    """Say whether a ZIP's list of parts may be read: Python builds all of it in memory."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - 65_536 - 22))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22 or tail[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        return False  # the last: a list in the large form, which needs 65 535 parts or 4 GB
    (size,) = struct.unpack_from("<L", tail, end + 12)
    return bool(size <= MAX_DIRECTORY)


def _kind_of_old_document(file: BinaryIO) -> EvidenceKind | None:
    """Return the kind of a file of Office 97–2003 by the names in its directory."""
    names = set(_names_in_directory(file))
    if "EncryptedPackage" in names:
        raise ValidationError(
            _("The file is protected by a password; save it without one, or as PDF.")
        )
    if names & OLD_MACROS:
        refuse_macros()
    return next((kind for name, kind in OLD_KINDS.items() if name in names), None)


def _names_in_directory(file: BinaryIO) -> Iterator[str]:
    """Yield the names of streams and storages of a compound file.

    An entry has 128 bytes and begins at a multiple of them wherever the directory lies: the
    name in UTF-16, its length with the closing zero, and the type. So the directory need not
    be followed, and a damaged one hides nothing.
    """
    file.seek(0)
    while chunk := file.read(MEGABYTE):
        for place in range(0, len(chunk) - 127, 128):
            length, what = chunk[place + 64], chunk[place + 66]
            if chunk[place + 65] or what not in (1, 2) or not 4 <= length <= 64 or length % 2:
                continue
            yield chunk[place : place + length - 2].decode("utf-16-le", "replace")


def refuse_macros() -> None:
    """Refuse a document with programs in it.

    Raises:
        ValidationError: always.
    """
    raise ValidationError(
        _("The file contains macros, which are programs; save it without them, or as PDF.")
    )


def _found(head: bytes) -> str:
    """Return in words what the content of a refused file seems to be."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text:
        return _("an SVG drawing")
    if text.startswith((b"<!doctype html", b"<html", b"<script", b"<body", b"<head")):
        return _("a web page")
    if head.startswith((b"MZ", b"\x7fELF", b"#!")):
        return _("a program")
    if head.startswith((b"PK", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return _("an archive, or a damaged Office file")
    if b"\x00" not in head and _is_text(head):
        return _("plain text")
    return _("of an unknown kind")


def _is_text(head: bytes) -> bool:
    try:
        utf_8_decode(head)  # which leaves a letter that is cut off at the end
    except UnicodeDecodeError:
        return False
    return True


def clean_name(name: str, kind: EvidenceKind) -> str:
    """Return a file name on one line in NFC, without folders, invisible or forbidden signs.

    Its ending is that of the content.
    """
    last = re.split(r"[/\\]", name.encode("utf-8", "ignore").decode("utf-8"))[-1]
    visible = re.sub(r'[<>:"|?*]', "_", clean_text(last)).rstrip(". ")
    ending = ENDINGS.search(visible)
    stem = (visible[: ending.start()] if ending else visible).strip(". ")
    if ending and SAME_ENDING.get(ending.group().lower(), ending.group(1).lower()) == kind:
        suffix = ending.group().lower()
    else:
        suffix = f".{kind}"
    return (stem or _("document"))[: NAME_LENGTH - len(suffix)].strip() + suffix
