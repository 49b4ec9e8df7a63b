"""What the dashboard shows beside its totals: cards of the groups, the map, who is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from agencies.models import Category
from agencies.questions import Question
from reports import large, marks, rollups, tiles


@dataclass(frozen=True)
class Card:
    """One group on the dashboard; `others` are parents that it does not name."""

    row: rollups.ComparedRow
    picture: marks.Picture
    left: tuple[tuple[Category, int], ...]
    parents: Sequence[rollups.ParentRow | large.LeftUnder]
    others: int = 0


def figures(question: Question, comparison: rollups.Comparison) -> dict[str, object]:
    """Return the pictures, the cards of the groups, and who is left, for the page's template."""
    return (of_many if large.is_large(comparison) else of_each)(question, comparison)


def of_each(question: Question, comparison: rollups.Comparison) -> dict[str, object]:
    """Return what the dashboard shows of each agency."""
    rows = rollups.standings(question.as_of, question.edition)
    return {
        "map": tiles.grid(rollups.tiles_of(rows), comparison),
        "strip": marks.strip(rows),
        "cards": [card(row, rows) for row in comparison.rows],
        "left": rollups.who_is_left(rollups.parents_of(rows)),
        "named": ":",
    }


def of_many(question: Question, comparison: rollups.Comparison) -> dict[str, object]:
    """Return the same of more agencies than a page can name: counts, and the first parents."""
    left = large.left_by_parent(question.as_of, question.edition)
    cards = []
    for row in comparison.rows:
        parents = left.by_group.get(row.group, [])
        named = parents[: large.MOST_ON_A_CARD]
        others = len(parents) - len(named)
        cards.append(Card(row, marks.bars(row.now), shown_left(row), named, others))
    strip = marks.bars(comparison.total.now, "strip")
    return {
        "strip": strip,
        "cards": cards,
        "left": left.first,
        "others": left.others,
        "named": f":{large.MOST_NAMED}",
    }


def card(row: rollups.ComparedRow, rows: Sequence[rollups.Standing]) -> Card:
    """Return what one group's card shows."""
    of_group = [standing for standing in rows if standing.group == row.group]
    parents = rollups.who_is_left(rollups.parents_of(of_group))
    return Card(row, marks.block(of_group), shown_left(row), parents)


def shown_left(row: rollups.ComparedRow) -> tuple[tuple[Category, int], ...]:
    """Return the categories of those who are left that occur, with their counts."""
    left = ((category, row.now.of(category)) for category in Category.left())
    return tuple((category, number) for category, number in left if number)


def legend(counts: rollups.Counts) -> list[tuple[Category, int]]:
    """Return the categories that occur, with their counts."""
    return [(category, counts.of(category)) for category in Category if counts.of(category)]
