"""Small documents of every kind that is kept, and of some that are not."""

import struct
from io import BytesIO
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def padded(size: int) -> bytes:
    """Return a PDF of so many bytes."""
    return PDF[:-6].ljust(size - 6, b" ") + PDF[-6:]


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20) + b"\xff\xd9"
TIFF = b"II*\x00\x08\x00\x00\x00" + bytes(20)
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8 " + bytes(14)
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
HTML = b"\xef\xbb\xbf\n<!DOCTYPE html><html><script>alert(1)</script></html>"


def package(*names: str, **contents: bytes) -> bytes:
    """Return a ZIP with parts of these names."""
    file = BytesIO()
    with ZipFile(file, "w") as parts:
        for name in names:
            parts.writestr(name, contents.get(name, b"<x/>"))
    return file.getvalue()


def office(main: str, *others: str, types: bytes = b"<Types/>") -> bytes:
    """Return an Office file of today with its main part."""
    return package("[Content_Types].xml", main, *others, **{"[Content_Types].xml": types})


def open_document(mimetype: bytes, *others: str) -> bytes:
    """Return an OpenDocument file."""
    return package("mimetype", "content.xml", *others, mimetype=mimetype)


def old_office(*names: str) -> bytes:
    """Return an Office file of 1997 to 2003 as far as its directory goes."""
    entries = b""
    for name in names:
        text = name.encode("utf-16-le")
        storage = name in ("Macros", "_VBA_PROJECT_CUR")
        entry = text.ljust(64, b"\x00") + struct.pack("<HB", len(text) + 2, 1 if storage else 2)
        entries += entry.ljust(128, b"\x00")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00") + entries.ljust(512, b"\x00")


DOCX = office("word/document.xml")
KEPT = {
    "pdf": PDF,
    "png": PNG,
    "jpg": JPEG,
    "tif": TIFF,
    "webp": WEBP,
    "docx": DOCX,
    "xlsx": office("xl/workbook.xml"),
    "pptx": office("ppt/presentation.xml"),
    "odt": open_document(b"application/vnd.oasis.opendocument.text"),
    "ods": open_document(b"application/vnd.oasis.opendocument.spreadsheet"),
    "doc": old_office("Root Entry", "WordDocument"),
    "xls": old_office("Root Entry", "Workbook"),
}
MACROS = "contains macros"
REFUSED = {
    "web page": (HTML, "is a web page by its content; allowed are PDF, JPEG"),
    "drawing": (SVG, "is an SVG drawing by"),
    "program": (b"MZ\x90\x00" + bytes(60), "is a program by"),
    "text": ("Quyết định số 12".encode(), "is plain text by"),
    "noise": (bytes(range(128, 256)) * 4, "is of an unknown kind by"),
    "archive": (package("a.txt"), "is an archive, or a damaged Office file by"),
    "cut off": (DOCX[:60], "is an archive, or a damaged Office file by"),
    "binary workbook": (office("xl/workbook.bin"), "is an archive"),
    "drawing of OpenDocument": (
        open_document(b"application/vnd.oasis.opendocument.graphics"),
        "is an archive",
    ),
    "docm": (office("word/document.xml", "word/vbaProject.bin"), MACROS),
    "docm by its types": (
        office("word/document.xml", types=b"application/vnd.ms-word.document.macroEnabled.main"),
        MACROS,
    ),
    "Excel 4 macros": (office("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), MACROS),
    "odt with Basic": (
        open_document(b"application/vnd.oasis.opendocument.text", "Basic/Standard/a.xml"),
        MACROS,
    ),
    "doc with macros": (old_office("Root Entry", "WordDocument", "Macros"), MACROS),
    "xls with macros": (old_office("Root Entry", "Workbook", "_VBA_PROJECT_CUR"), MACROS),
    "password": (old_office("Root Entry", "EncryptedPackage"), "protected by a password"),
    "other old file": (old_office("Root Entry", "PowerPoint Document"), "of an unknown kind"),
    "list of parts too long": (
        package(*(f"{number:0100}" for number in range(8_000)), "word/document.xml"),
        "is an archive",
    ),
    "empty": (b"", "empty (0 bytes)"),
}


def upload(content: bytes = PDF, name: str = "Quyết định 90.pdf") -> SimpleUploadedFile:
    """Return a file as a form brings it."""
    return SimpleUploadedFile(name, content)
