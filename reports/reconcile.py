"""Reconciliation: what was printed beside what the roster gives, and beside itself.

Rows of one source and the counts of its day go in; findings and notes come out. A finding
says that two numbers differ, never which is right. A note says what could not be compared,
or under which assumption it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations

from django.db.models import Prefetch, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import house_style
from agencies.asof import AsOf
from agencies.models import Category, Edition, edition_asked_about
from reports import rollups
from reports.models import (
    Explanation,
    Measure,
    Publication,
    PublishedFigure,
    Unit,
    Withdrawal,
)
from reports.printed import Check, PrintedRows
from reports.printed_activities import PrintedActivities

UNIT_OF = {Measure.INSPECTED: Unit.VISITS, Measure.TRAINED: Unit.ATTENDANCES}
MOST_ROWS = 3  # that are named as left out of a total; more would fit by chance


class Percentage(TextChoices):
    """How a printed percentage stands to its counts."""

    EXACT = "exact", gettext_lazy("exact")
    ROUNDED = "rounded", gettext_lazy("rounded")
    TRUNCATED = "truncated", gettext_lazy("cut off")
    WRONG = "wrong", gettext_lazy("wrong")


@dataclass(frozen=True)
class Finding:
    """Two numbers that differ; `computed` is None where there is nothing to set beside it."""

    figure: PublishedFigure
    measure: Measure
    printed: int | str
    computed: int | str | None
    explanation: str

    @property
    def attached(self) -> str:
        """Return the last explanation that an officer attached to the figure."""
        said = list(self.figure.explanations.all())
        return said[-1].text if said else ""


@dataclass(frozen=True)
class Note:
    """What a reader must know of a comparison; about the whole source without a figure."""

    figure: PublishedFigure | None
    text: str


@dataclass(frozen=True)
class Compared:
    """One figure with what the roster gives for it, None where it gives nothing."""

    figure: PublishedFigure
    computed: int | None
    total: int | None
    percentage: Percentage | None
    differs: bool
    counted: "Counted | None" = None


@dataclass(frozen=True)
class Counted:
    """Which agencies a computed figure counts: of these categories, where given of one edition."""

    categories: tuple[Category, ...]
    declared: int | None = None


@dataclass(frozen=True)
class SourceReport:
    """One source: every figure compared, what differs, what is to be known.

    A source that was taken back has no finding, and that it was is its only note. `checks` are
    the sums that a source should come out at by itself.
    """

    publication: Publication
    as_of: AsOf
    edition: Edition
    rows: tuple[Compared, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    checks: tuple[Check, ...] = ()
    withdrawn: Withdrawal | None = None


def reconcile(as_of: AsOf) -> tuple[SourceReport, ...]:
    """Compare every source published by the day, each at its own day, as far as known.

    What was entered, explained or taken back after the moment of knowledge is not known to it.
    What is printed is about every agency, of all provinces: of some alone it says nothing.
    """
    as_of = as_of.everyone
    sources = known_publications(as_of.known_at).filter(published_on__lte=as_of.day)
    editions = {str(edition.year): edition for edition in Edition.objects.all()}
    tables: dict[tuple[date, int], rollups.GroupTable] = {}
    declared: dict[date, rollups.Declared] = {}
    activities: dict[date, PrintedActivities] = {}
    reports = []
    for source in () if as_of.provinces else sources:
        day = source.as_of_day or source.published_on
        edition = _edition(source, editions) or edition_asked_about(day)
        key = day, edition.pk
        if key not in tables:
            tables[key] = rollups.by_group(as_of.on(day), edition)
        if day not in declared and _names_an_older_edition(source):
            declared[day] = rollups.declared_by_edition(as_of.on(day))
        known = activities.setdefault(day, PrintedActivities(as_of.on(day)))
        comparison = Comparison(source, day, edition, tables[key], known, declared.get(day, {}))
        reports.append(compare_source(comparison, as_of.on(day)))
    return tuple(reports)


def differs(figure: PublishedFigure, known_at: datetime) -> bool:
    """Say whether a figure differs from anything, as far as known at a moment."""
    as_of = AsOf(figure.publication.published_on, known_at)
    return any(
        finding.figure == figure for report in reconcile(as_of) for finding in report.findings
    )


def known_publications(known_at: datetime) -> QuerySet[Publication]:
    """Return the sources entered by a moment, with what had been explained by then."""
    said = Explanation.objects.filter(at__lte=known_at)
    return (
        Publication.objects.filter(entered_at__lte=known_at)
        .select_related("withdrawal__by")
        .prefetch_related("figures", Prefetch("figures__explanations", said))
    )


def withdrawal_of(source: Publication, known_at: datetime) -> Withdrawal | None:
    """Return what took a source back by a moment."""
    found: Withdrawal | None = getattr(source, "withdrawal", None)
    return found if found and found.at <= known_at else None


def _names_an_older_edition(source: Publication) -> bool:
    return any(row.edition for row in source.figures.all() if row.measure == Measure.OLDER_EDITION)


def _edition(source: Publication, editions: Mapping[str, Edition]) -> Edition | None:
    """Return the newest edition that the source says agencies converted to.

    None where it names none on record; what is left on an earlier edition names that one.
    """
    named = [
        row.edition
        for row in source.figures.all()
        if row.edition in editions and row.measure != Measure.OLDER_EDITION
    ]
    return editions[max(named)] if named else None


def compare_source(comparison: "Comparison", as_of: AsOf) -> SourceReport:
    """Compare the figures of one source with the counts of its day."""
    source, edition = comparison.publication, comparison.edition
    withdrawn = withdrawal_of(source, as_of.known_at)
    if withdrawn:
        rows = tuple(Compared(row, None, None, None, differs=False) for row in comparison.figures)
        note = Note(None, withdrawn_line(withdrawn))
        return SourceReport(source, as_of, edition, rows, (), (note,), withdrawn=withdrawn)
    findings = comparison.findings()
    differing = {finding.figure for finding in findings}
    rows = tuple(comparison.compare(row, differing) for row in comparison.figures)
    notes, checks = tuple(comparison.notes), tuple(comparison.printed.checks())
    return SourceReport(source, as_of, edition, rows, findings, notes, checks)


def withdrawn_line(withdrawal: Withdrawal) -> str:
    """Say when and why a source was taken back."""
    text = _("Withdrawn %(moment)s: %(reason)s")
    said = {"moment": house_style.moment(withdrawal.at), "reason": withdrawal.reason}
    return text % said


@dataclass
class Comparison:
    """The figures of one source while they are compared."""

    publication: Publication
    day: date
    edition: Edition
    table: rollups.GroupTable
    activities: PrintedActivities
    declared: rollups.Declared = field(default_factory=dict)
    figures: list[PublishedFigure] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.figures = list(self.publication.figures.all())
        self.labels = {row.group: row.label for row in self.table.rows}
        self.is_silent = not any(self.table.total)
        counted = {row.group for row in self.table.rows if row.counts.total}
        self.printed = PrintedRows(self.figures, counted)
        self._note_the_source()
        for figure in self.figures:
            self._note(figure)

    def _note_the_source(self) -> None:
        day = house_style.short_date(self.day)
        if self.publication.as_of_day is None:
            text = _("The source names no as-of day; it is compared on its day of publication, %s.")
            self.notes.append(Note(None, text % day))
        if self.is_silent:
            text = _("Nothing is on record for %s; the figures are compared among themselves only.")
            self.notes.append(Note(None, text % day))

    def _note(self, figure: PublishedFigure) -> None:
        """Note under which assumption a figure is compared, or why it is not."""
        if figure.measure in UNIT_OF:
            self._note_activity(figure)
            return
        if figure.unit != Unit.AGENCIES:
            return
        if figure.group and figure.group not in self.labels:
            self._add(figure, _("“%s” is no group on record; not compared.") % figure.group)
        if figure.measure == Measure.CONVERTED and not figure.edition:
            text = _("“%(quote)s” states no edition; it is read as %(edition)s.")
            self._add(figure, text % {"quote": self._words(figure), "edition": self.edition.code})
        if figure.percent and self._percentage(figure) == Percentage.TRUNCATED:
            text = _("%s is cut off after its last digit, not rounded.")
            self._add(figure, text % figure.percent)

    def _note_activity(self, figure: PublishedFigure) -> None:
        on_record = self.activities.on_record(figure)
        if on_record:
            self._add(figure, self.activities.period(figure, on_record))
        elif UNIT_OF[Measure(figure.measure)] == figure.unit:
            text = _("%(count)s %(unit)s: such activities are not yet on record here.")
            said = {"count": house_style.count(figure.count or 0)}
            self._add(figure, text % {**said, "unit": figure.get_unit_display()})

    def _words(self, figure: PublishedFigure) -> str:
        """Return a figure's own words, else its group, measure and number."""
        group = self.labels.get(figure.group, figure.group) or _("All agencies")
        number = figure.percent
        if figure.count is not None:
            number = house_style.count(figure.count)
        return figure.quote or f"{group}, {figure.get_measure_display()}: {number}"

    def _add(self, figure: PublishedFigure, text: str) -> None:
        self.notes.append(Note(figure, text))

    def compare(self, figure: PublishedFigure, differing: set[PublishedFigure]) -> Compared:
        """Set one figure beside what the roster gives."""
        counts = self._counts(figure)
        total = counts.total if counts and figure.denominator is not None else None
        computed = self.computed(figure, counts) if counts else None
        counted = self.counted(figure) if counts else None
        if on_record := self.activities.on_record(figure):
            computed = on_record.nearest(figure.count or 0)
        percentage = self._percentage(figure)
        return Compared(figure, computed, total, percentage, figure in differing, counted)

    def _counts(self, figure: PublishedFigure) -> rollups.Counts | None:
        """Return the counts of the figure's group, None where nothing can be compared."""
        if self.is_silent or figure.unit != Unit.AGENCIES or figure.measure in UNIT_OF:
            return None
        if not figure.group:
            return self.table.total
        return self.table.row(figure.group).counts if figure.group in self.labels else None

    def computed(self, figure: PublishedFigure, counts: rollups.Counts) -> int:
        """Return what the roster counts under the figure's measure, of one group's counts or all's.

        Which agencies these are is said by `counted`.
        """
        of = self.counted(figure)
        if of.declared is not None:
            return sum(
                number
                for (group, year), number in self.declared.items()
                if year == of.declared and figure.group in ("", group)
            )
        return sum(counts.of(category) for category in of.categories)

    def counted(self, figure: PublishedFigure) -> Counted:
        """Return which agencies a figure's measure counts.

        "Not converted" is all that is left, but those not built where the source tells them
        apart; "on an earlier edition" is on the one that the figure states, else on any.
        """
        apart = any(
            row.measure == Measure.NOT_BUILT and figure.group in ("", row.group)
            for row in self.figures
        )
        left = [
            category
            for category in Category.left()
            if not (apart and category == Category.NOT_STARTED)
        ]
        year = int(figure.edition or 0)
        older = figure.measure == Measure.OLDER_EDITION and 0 < year < self.edition.year
        categories = {
            Measure.CONVERTED: [Category.CONVERTED],
            Measure.OLDER_EDITION: [Category.OLDER_EDITION],
            Measure.NOT_CONVERTED: left,
            Measure.NOT_BUILT: [Category.NOT_STARTED],
            Measure.TOTAL: [Category.CONVERTED, *Category.left()],
        }[Measure(figure.measure)]
        return Counted(tuple(categories), year if older else None)

    def findings(self) -> tuple[Finding, ...]:
        """Return what differs: one finding for each printed number, with all its reasons."""
        found: list[Finding] = []
        for figure in self.figures:
            found.extend(self._of_unit(figure))
            found.extend(self._of_count(figure))
            found.extend(self._of_denominator(figure))
            found.extend(self._of_percentage(figure))
        return (*found, *self._of_rows({finding.figure.group for finding in found}))

    def _of_unit(self, figure: PublishedFigure) -> Iterable[Finding]:
        measure = Measure(figure.measure)
        unit = UNIT_OF.get(measure, Unit.AGENCIES)
        on_record = self.activities.on_record(figure)
        if on_record and figure.count is not None:
            computed = on_record.nearest(figure.count)
            if computed != figure.count:
                why = " ".join(self.activities.reasons(figure, on_record))
                yield Finding(figure, measure, figure.count, computed, why)
        elif figure.unit != unit:
            text = _("Counted are %(printed)s; “%(measure)s” is counted in %(unit)s.")
            said = {"printed": figure.get_unit_display(), "measure": measure.label}
            text = text % {**said, "unit": unit.label}
            yield Finding(figure, measure, _printed(figure), None, text)

    def _of_count(self, figure: PublishedFigure) -> Iterable[Finding]:
        """Compare a count with the roster and, where it is of all agencies, with its rows."""
        if figure.count is None or figure.unit != Unit.AGENCIES or figure.measure in UNIT_OF:
            return
        counts = self._counts(figure)
        computed = self.computed(figure, counts) if counts else figure.count
        measure = Measure(figure.measure)
        rows = {} if figure.group else self.printed.numbers(measure)
        added = sum(rows.values()) if rows else figure.count
        other = computed if computed != figure.count else added
        if other != figure.count:
            why = " ".join(self._reasons(figure, computed, rows))
            yield Finding(figure, measure, figure.count, other, why)

    def _reasons(
        self, figure: PublishedFigure, computed: int, rows: Mapping[str, int]
    ) -> Iterable[str]:
        printed = figure.count or 0
        if rows and sum(rows.values()) != printed:
            text = _("The rows of the source add up to %(sum)s (%(rows)s), printed is %(printed)s.")
            parts = " + ".join(house_style.count(number) for number in rows.values())
            said = {"sum": house_style.count(sum(rows.values())), "rows": parts}
            yield text % {**said, "printed": house_style.count(printed)}
        if computed != printed:
            text = _("The roster of %(day)s gives %(computed)s.")
            said = {"day": house_style.short_date(self.day)}
            yield text % {**said, "computed": house_style.count(computed)}
        if figure.group:
            yield from self._balance(figure.group)
        else:
            yield from self._rows_left_out(printed, rows or self._computed_rows(figure))

    def _rows_left_out(self, printed: int, rows: Mapping[str, int]) -> Iterable[str]:
        """Name the rows that explain a total which is too small or too large."""
        missing = sum(rows.values()) - printed
        named = _combination(rows, abs(missing))
        if not named:
            return
        text = (
            _("%(printed)s is what comes out without the row %(names)s.")
            if missing > 0
            else _("%(printed)s is what comes out with the row %(names)s counted twice.")
        )
        names = ", ".join(
            f"{self.labels.get(group, group)} ({house_style.count(rows[group])})" for group in named
        )
        yield text % {"printed": house_style.count(printed), "names": names}

    def _computed_rows(self, figure: PublishedFigure) -> dict[str, int]:
        """Return what the roster gives for each group under the measure of a total."""
        of = self.counted(figure)
        if of.declared is not None:
            return {
                row.group: self.declared.get((row.group, of.declared), 0) for row in self.table.rows
            }
        return {row.group: self.computed(figure, row.counts) for row in self.table.rows}

    def _of_denominator(self, figure: PublishedFigure) -> Iterable[Finding]:
        counts = self._counts(figure)
        printed = figure.denominator
        if counts is None or printed is None or printed == counts.total:
            return
        text = _("The roster of %(day)s gives %(computed)s.")
        said = {"day": house_style.short_date(self.day)}
        text = text % {**said, "computed": house_style.count(counts.total)}
        yield Finding(figure, Measure.TOTAL, printed, counts.total, text)

    def _of_rows(self, told: set[str]) -> Iterable[Finding]:
        """Find rows that do not add up though no number of theirs is a finding yet."""
        for group in dict.fromkeys(row.group for row in self.figures):
            row = self.printed.fraction_of(group)
            if row is None or row.denominator is None or group in told:
                continue
            for text in self._balance(group):
                parts = sum(part.number for part in self.printed.parts(row))
                yield Finding(row, Measure.TOTAL, row.denominator, parts, text)

    def _balance(self, group: str) -> Iterable[str]:
        """Say what a row's parts add up to where that is not its denominator."""
        row = self.printed.fraction_of(group)
        parts = [part.number for part in self.printed.parts(row)] if row else []
        if row is None or len(parts) < 2 or sum(parts) == row.denominator:
            return
        text = _("The parts add up to %(sum)s (%(parts)s), printed is %(printed)s.")
        yield text % {
            "sum": house_style.count(sum(parts)),
            "parts": " + ".join(house_style.count(part) for part in parts),
            "printed": house_style.count(row.denominator or 0),
        }

    def _of_percentage(self, figure: PublishedFigure) -> Iterable[Finding]:
        whole = self._whole(figure)
        if whole is None or self._percentage(figure) != Percentage.WRONG:
            return
        count, total = whole
        text = _("%(fraction)s is %(computed)s.")
        said = {"fraction": house_style.fraction(count, total)}
        computed = house_style.percent(count, total)
        text = text % {**said, "computed": computed}
        yield Finding(figure, Measure(figure.measure), figure.percent, computed, text)

    def _percentage(self, figure: PublishedFigure) -> Percentage | None:
        whole = self._whole(figure)
        return percentage_of(figure.percent, *whole) if whole else None

    def _whole(self, figure: PublishedFigure) -> tuple[int, int] | None:
        """Return what a percentage is of: the counts printed beside it, else the roster's."""
        if not figure.percent:
            return None
        if figure.count is not None and figure.denominator:
            return figure.count, figure.denominator
        counts = self._counts(figure)
        if counts is None or not counts.total:
            return None
        count = figure.count if figure.count is not None else self.computed(figure, counts)
        return count, counts.total


def percentage_of(printed: str, count: int, total: int) -> Percentage | None:
    """Say how a printed percentage stands to its counts; None where it cannot be read."""
    digits = printed.replace("%", "").strip().replace(",", ".")
    if not digits.replace(".", "", 1).isdecimal() or not digits[-1].isdecimal():
        return None
    value = Decimal(digits)
    exact = Fraction(100 * count, total)
    if Fraction(value) == exact:
        return Percentage.EXACT
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    long = Decimal(exact.numerator) / Decimal(exact.denominator)
    if value == long.quantize(step, ROUND_HALF_UP):
        return Percentage.ROUNDED
    return Percentage.TRUNCATED if value == long.quantize(step, ROUND_DOWN) else Percentage.WRONG


def _combination(rows: Mapping[str, int], number: int) -> tuple[str, ...]:
    """Return the fewest rows that together make a number, nothing where none or several do."""
    for size in range(1, min(MOST_ROWS, len(rows) - 1) + 1):
        fitting = [
            names
            for names in combinations(rows, size)
            if number and sum(rows[name] for name in names) == number
        ]
        if fitting:
            return fitting[0] if len(fitting) == 1 else ()
    return ()


def _printed(figure: PublishedFigure) -> int | str:
    return figure.percent if figure.count is None else figure.count
