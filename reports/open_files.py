"""The open data as it is sent: a file of a question by its name, kept while it cannot change."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.utils import translation

from agencies.questions import Question
from reports.open_data import JSON, PACKAGE, OpenFile, as_json, data_files, file_names, open_tables
from reports.open_package import package


def open_file(question: Question, name: str) -> OpenFile | None:
    """Return a file of a question by its name, None where there is none of that name.

    Files are in the office's language whoever asks, as one address has one content. They are
    kept in a store of their own, so that no outsider drives the house's pages out of theirs.
    """
    names = file_names()
    if name not in names:
        return None
    key = sha256(repr((question.as_of, question.edition.pk, version_of(question))).encode())
    store, prefix = caches["open"], key.hexdigest()
    found: OpenFile | None = store.get(prefix + name)
    if found is None:
        files = _made(question)
        store.set_many({prefix + file.name: file for file in files}, timeout=None)
        found = next(file for file in files if file.name == name)
    return found


def version_of(question: Question) -> tuple[object, ...]:
    """Return all that the files of a question rest on besides the question."""
    version = question.data_version
    office = (settings.ISSUER, settings.OPEN_DATA_TERMS, settings.OPEN_DATA_LICENCE_URL)
    return (version.known, version.provinces, version.rest, settings.OPEN_DATA, *office)


def _made(question: Question) -> list[OpenFile]:
    with translation.override(settings.LANGUAGE_CODE):
        tables = open_tables(question)
        files = data_files(tables)
        return [*files, OpenFile(PACKAGE, JSON, as_json(package(tables, files)))]
