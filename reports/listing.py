"""The agency list as a file: exactly the rows of the list page, all its pages, in its order."""

from django.utils.translation import gettext as _

from agencies import house_style
from agencies.filters import AgencyFilter
from agencies.models.status import is_demonstration
from agencies.questions import Question
from agencies.tables import AgencyTable, found_by
from reports import rollups, workbook
from reports.asked import asked_lines
from reports.workbook import Listed, Listing


def build_listing(question: Question, chosen: AgencyFilter, table: AgencyTable) -> bytes:
    """Return the rows of a table, sorted as it is, as an .xlsx file in the reader's language.

    Its cells are not rendered: a page's table takes a hundred times as long.
    """
    day = question.as_of.day
    codes = {group.pk: group.code for group in chosen.groups.values()}
    rows = [
        Listed(
            rollups.standing_of(
                row, codes[row.group_ref], chosen.parents.get(row.parent_ref, rollups.NOBODY)
            ),
            table.groups[row.group_ref],
            found_by(row, day),
        )
        for row in table.data
    ]
    return workbook.write_listing(
        Listing(
            as_of=question.as_of,
            asked=asked_lines(question),
            conditions=_conditions(chosen, table),
            number=_("%(number)s agencies") % {"number": house_style.count(len(rows))},
            rows=rows,
            demonstration=is_demonstration(question.data_version.known or 0),
        )
    )


def _conditions(chosen: AgencyFilter, table: AgencyTable) -> str:
    """Say the filter and the order in words."""
    said = chosen.said()
    order = table.sorted_by()
    if order:
        said.append((_("Sorted by"), order))
    if not said:
        return _("All agencies of the day")
    return "; ".join(f"{label}: {value}" for label, value in said)
