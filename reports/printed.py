"""The figures of one source among themselves: which should add up to which."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.models import Measure, PublishedFigure, Unit

# What is left is printed under either name; of each row the first that is printed counts.
LEFT = (Measure.NOT_CONVERTED, Measure.OLDER_EDITION)


@dataclass(frozen=True)
class Printed:
    """One printed number: the count of a figure, or what it is out of."""

    figure: PublishedFigure
    is_whole: bool = False

    @property
    def number(self) -> int:
        """Return the number, 0 where only a percentage is printed."""
        return (self.figure.denominator if self.is_whole else self.figure.count) or 0


@dataclass(frozen=True)
class Check:
    """A printed number and those that it should be the sum of.

    Of one row (a group's parts and its total) or of one column (the groups' numbers of a
    measure and the one printed for all agencies).
    """

    whole: Printed
    parts: tuple[Printed, ...]
    is_column: bool

    @property
    def added(self) -> int:
        """Return what the parts add up to."""
        return sum(part.number for part in self.parts)


@dataclass(frozen=True)
class PrintedRows:
    """The figures of one source; `counted` are the groups that a sum of all must hold."""

    figures: Sequence[PublishedFigure]
    counted: Collection[str]

    def fraction_of(self, group: str) -> PublishedFigure | None:
        """Return the row of a group that says how many of how many are converted."""
        return next(
            (
                row
                for row in self.figures
                if row.group == group
                and row.measure == Measure.CONVERTED
                and row.denominator is not None
                and row.unit == Unit.AGENCIES
            ),
            None,
        )

    def part(self, group: str, *measures: Measure) -> Printed | None:
        """Return the count that a group has under the first of the measures that is printed."""
        for measure in measures:
            for row in self.figures:
                if (row.group, row.measure, row.unit) == (group, measure, Unit.AGENCIES):
                    return None if row.count is None else Printed(row)
        return None

    def column(self, measure: Measure) -> dict[str, Printed | None]:
        """Return the groups' printed counts of a measure, nothing where the source lacks one.

        None stands for a group that prints nothing: none of it is left.
        """
        groups = dict.fromkeys(row.group for row in self.figures if row.group)
        if len(groups) < 2 or not set(self.counted) <= groups.keys():
            return {}
        if measure == Measure.TOTAL:
            return self._wholes(groups)
        same = (measure, *LEFT) if measure in LEFT else (measure,)
        parts = {group: self.part(group, *same) for group in groups}
        if measure == Measure.CONVERTED and None in parts.values():
            return {}
        return parts if any(part and part.number for part in parts.values()) else {}

    def _wholes(self, groups: Iterable[str]) -> dict[str, Printed | None]:
        found: dict[str, Printed | None] = {}
        for group in groups:
            row = self.fraction_of(group)
            found[group] = Printed(row, is_whole=True) if row else self.part(group, Measure.TOTAL)
        return {} if None in found.values() else found

    def numbers(self, measure: Measure) -> dict[str, int]:
        """Return `column` as numbers."""
        column = self.column(measure)
        return {group: part.number if part else 0 for group, part in column.items()}

    def parts(self, row: PublishedFigure) -> list[Printed]:
        """Return what a row's denominator should be the sum of.

        Its count and what is left where that is printed; of all agencies else the denominators
        of the groups.
        """
        left = [self.part(row.group, *LEFT), self.part(row.group, Measure.NOT_BUILT)]
        if printed := [part for part in left if part is not None]:
            return [Printed(row), *printed]
        return [] if row.group else [part for part in self.column(Measure.TOTAL).values() if part]

    def checks(self) -> Iterator[Check]:
        """Yield every sum that the source should come out at, rows first, then columns."""
        for group in dict.fromkeys(row.group for row in self.figures):
            row = self.fraction_of(group)
            parts = self.parts(row) if row else []
            if row and len(parts) > 1:
                yield Check(Printed(row, is_whole=True), tuple(parts), is_column=False)
        for figure in self.figures:
            if figure.group or figure.count is None or figure.unit != Unit.AGENCIES:
                continue
            column = [part for part in self.column(Measure(figure.measure)).values() if part]
            if column:
                yield Check(Printed(figure), tuple(column), is_column=True)
