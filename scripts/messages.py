"""Keeps locale/vi true: finds what is to be translated, updates the catalogue, compiles it.

    .venv/bin/python scripts/messages.py

Babel reads the sources, so that nobody needs GNU gettext. tests/test_translations.py holds
the committed catalogue to what this finds.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
PLACES = ("agencies", "activities", "reports", "kontum_qms", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def sources() -> Iterator[Path]:
    """Yield every file that may hold text to translate."""
    for place in PLACES:
        for pattern in ("*.py", "*.html", "*.svg"):
            yield from sorted((ROOT / place).rglob(pattern))


def found() -> Catalog:
    """Return a catalogue of everything to be translated, without translations."""
    from django.utils.translation.template import templatize

    catalogue = Catalog(locale="vi", charset="utf-8")
    for path in sources():
        text = path.read_text("utf-8")
        source = text if path.suffix == ".py" else templatize(text, origin=str(path))
        file = io.BytesIO(source.encode("utf-8"))
        name = path.relative_to(ROOT).as_posix()
        for _line, message, _comments, context in extract("python", file, keywords=KEYWORDS):
            catalogue.add(message, context=context, locations=[(name, 0)])
    return catalogue


def on_record() -> Catalog:
    """Return the committed catalogue, an empty one before the first."""
    if not CATALOGUE.exists():
        return Catalog(locale="vi", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="vi")


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as Django reads it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def settle_header(catalogue: Catalog) -> None:
    """Say whose catalogue it is, and nothing that changes from run to run."""
    catalogue.project, catalogue.version, catalogue.fuzzy = "kontum-qms", "1", False
    catalogue.header_comment = "# The Vietnamese words of kontum-qms."
    catalogue.msgid_bugs_address = catalogue.last_translator = ""
    catalogue.language_team = "vi"
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 11, 22, tzinfo=UTC)


def main() -> None:
    """Bring the catalogue up to the sources and compile it; say what is missing."""
    catalogue = on_record()
    catalogue.update(found(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    settle_header(catalogue)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(
            file, catalogue, width=100, sort_output=True, omit_header=False, include_lineno=False
        )
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(catalogue))
    missing = [message.id for message in catalogue if message.id and not message.string]
    sys.stdout.write(f"{len(catalogue)} messages, {len(missing)} without a translation\n")
    sys.stdout.writelines(f"  {message!r}\n" for message in missing)


if __name__ == "__main__":
    from django.conf import settings

    settings.configure(USE_I18N=False)
    django.setup()
    main()
