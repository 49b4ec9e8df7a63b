"""A sent report produced again from its question: what is the same, what differs, and why."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import house_style
from agencies.models import Category
from reports.canonical import canonical_figures
from reports.freezing import figures_name, made_with, make_again, question_of
from reports.models import Submission
from reports.models.submissions import sha256_of


class Matter(TextChoices):
    """What two versions of a report differ in."""

    FIGURES = "figures", gettext_lazy("Figures")
    WORDS = "words", gettext_lazy("Words")
    STYLE = "style", gettext_lazy("House style and form")


@dataclass(frozen=True)
class Unlike:
    """One thing that a report said otherwise when it was sent than it would today."""

    matter: Matter
    where: str
    sent: str
    today: str


@dataclass(frozen=True)
class FileAgain:
    """One file as it was sent and as it would be made today, None where it is no longer made."""

    name: str
    sent: str
    today: str | None

    @property
    def is_same(self) -> bool:
        """Say whether it is the same byte by byte."""
        return self.sent == self.today


@dataclass(frozen=True)
class Repeated:
    """A sent report beside the same report produced today."""

    unlike: tuple[Unlike, ...]
    is_same_text: bool
    files: tuple[FileAgain, ...]
    versions: tuple[tuple[str, str, str], ...]

    @property
    def figures(self) -> tuple[Unlike, ...]:
        """Return the figures that differ: none, or the records were tampered with."""
        return tuple(one for one in self.unlike if one.matter == Matter.FIGURES)

    @property
    def said_otherwise(self) -> tuple[Unlike, ...]:
        """Return the words and the style that differ; they change no figure."""
        return tuple(one for one in self.unlike if one.matter != Matter.FIGURES)

    @property
    def are_files_same(self) -> bool:
        """Say whether every file is the same byte by byte."""
        return all(file.is_same for file in self.files)

    @property
    def changed_versions(self) -> tuple[tuple[str, str, str], ...]:
        """Return the versions that are others today, with both."""
        return tuple(row for row in self.versions if row[1] != row[2])

    @property
    def is_unexplained(self) -> bool:
        """Say whether bytes differ though nothing that is kept beside them does."""
        return not (self.are_files_same or self.unlike or self.changed_versions)


def repeat(submission: Submission) -> Repeated:
    """Produce a sent report again from its question and set both side by side."""
    question = question_of(submission)
    figures = canonical_figures(question)
    today = {name: sha256_of(content) for name, content in make_again(question).items()} | {
        figures_name(question): sha256_of(figures.encode())
    }
    stored = submission.files.defer("content")
    return Repeated(
        tuple(unlike(submission.said, _said(figures))),
        figures == submission.figures,
        tuple(FileAgain(file.name, file.sha256, today.get(file.name)) for file in stored),
        tuple(_versions(submission.made_with, made_with())),
    )


def figures_unlike(submission: Submission) -> tuple[Unlike, ...]:
    """Return where the figures that were sent are not what the records give for them today."""
    today = _said(canonical_figures(question_of(submission)))
    found = unlike(submission.said, today)
    return tuple(one for one in found if one.matter == Matter.FIGURES)


def unlike(sent: dict[str, Any], today: dict[str, Any]) -> Iterator[Unlike]:
    """Yield what two reports' figures differ in, line by line.

    Labels and fractions inside rows follow from words, style and counts, and are told there.
    A group that counts nobody and is on one side alone is a matter of words.
    """
    yield from _of_asked(sent["asked"], today["asked"])
    yield from _of_table(sent, today, "")
    yield from _of_table(sent["compared"], today["compared"], _("comparison day"))
    yield from _of_agencies(sent, today)
    yield from _of_words(sent["words"], today["words"])
    yield from _lines(Matter.WORDS, _("Demonstration data"), sent, today, ["demonstration"])
    style = _("Two digits below ten")
    yield from _lines(
        Matter.STYLE, style, sent["house_style"], today["house_style"], ["two_digit_figures"]
    )
    yield from _lines(Matter.STYLE, _("Schema"), sent, today, ["schema"])


def _of_asked(sent: dict[str, Any], today: dict[str, Any]) -> Iterator[Unlike]:
    yield from _lines(Matter.FIGURES, _("Question"), sent, today, sorted({*sent, *today}))


def _of_table(sent: dict[str, Any], today: dict[str, Any], which: str) -> Iterator[Unlike]:
    left, right = ({row["group"]: row for row in _rows(table)} for table in (sent, today))
    for group in dict.fromkeys([*left, *right]):
        one, other = left.get(group), right.get(group)
        row = one or other or {}
        where = " – ".join(filter(None, [row["label"], which]))
        if one is None or other is None:
            counts = row["total"] or row["exempt"]
            matter = Matter.FIGURES if counts else Matter.WORDS
            yield Unlike(matter, where, *(_fraction(side) for side in (one, other)))
            continue
        yield from _lines(Matter.FIGURES, where, one, other, _counted(one))


def _rows(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [*table["rows"], table["total"]]


def _fraction(row: dict[str, Any] | None) -> str:
    return row["fraction"] if row else _("not there")


def _counted(row: dict[str, Any]) -> list[str]:
    return [name for name in row if name not in ("group", "label", "fraction")]


def _of_agencies(sent: dict[str, Any], today: dict[str, Any]) -> Iterator[Unlike]:
    left, right = ({row["code"]: row for row in said["agencies"]} for said in (sent, today))
    for code in dict.fromkeys([*left, *right]):
        one, other = left.get(code), right.get(code)
        row = one or other or {}
        where = f"{row['name']} ({code})"
        if one is None or other is None:
            yield Unlike(Matter.FIGURES, where, *(_category(side) for side in (one, other)))
            continue
        yield from _lines(Matter.FIGURES, where, one, other, list(one))


def _category(row: dict[str, Any] | None) -> str:
    return str(Category(row["category"]).label) if row else _("not counted")


def _of_words(sent: dict[str, Any], today: dict[str, Any]) -> Iterator[Unlike]:
    for name in dict.fromkeys([*sent, *today]):
        one, other = (_paired(words.get(name)) for words in (sent, today))
        if one == other:
            if sent.get(name) != today.get(name):
                order = (", ".join(map(str, side.values())) for side in (one, other))
                yield Unlike(Matter.WORDS, _name_of(name), *order)
            continue
        for key in dict.fromkeys([*one, *other]):
            if one.get(key) != other.get(key):
                where = " – ".join(filter(None, [_name_of(name), key]))
                sides = (_written(side.get(key)) for side in (one, other))
                yield Unlike(Matter.WORDS, where, *sides)


def _paired(value: Any) -> dict[str, Any]:
    """Return one group of words by their keys, a single word under no key."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        pairs = [one if isinstance(one, list) else [str(n), one] for n, one in enumerate(value, 1)]
        return {str(key): word for key, word in pairs}
    return {"": value}


def _lines(
    matter: Matter, where: str, sent: dict[str, Any], today: dict[str, Any], names: Iterable[str]
) -> Iterator[Unlike]:
    for name in names:
        if sent.get(name) != today.get(name):
            full = where if matter == Matter.STYLE else f"{where}: {_name_of(name)}"
            yield Unlike(matter, full, _told(name, sent), _told(name, today))


def _told(name: str, said: dict[str, Any]) -> str:
    value = said.get(name)
    if name == "edition" and value is not None:
        return str(value)  # a year
    return _category(said) if name == "category" else _written(value)


def _name_of(name: str) -> str:
    """Return what a value of the figures is called on a page."""
    if name in Category.values:
        return str(Category(name).label)
    words = {
        "total": _("denominator"),
        "declared_any": _("declared on any edition"),
        "percent": _("percentage"),
        "name": _("name"),
        "group": _("group"),
        "groups": _("group"),
        "parent": _("parent body"),
        "parent_name": _("parent body"),
        "category": _("category"),
        "categories": _("category"),
        "edition": _("edition"),
        "editions": _("edition"),
        "since": _("since"),
        "decision_number": _("decision number"),
        "decision_date": _("decision date"),
        "issuer": _("issuer"),
        "issuer_parent": _("body above the issuer"),
        "province": _("province"),
        "notices": _("notice"),
    }
    return words.get(name, name)


def _written(value: Any) -> str:
    if value is None or value == "":
        return house_style.DASH
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return house_style.count(value) if isinstance(value, int) else str(value)


def _versions(sent: dict[str, str], today: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys([*sent, *today]):
        yield name, sent.get(name, house_style.DASH), today.get(name, house_style.DASH)


def _said(figures: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(figures)
    return found
