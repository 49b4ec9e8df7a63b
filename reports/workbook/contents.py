"""What the files say: the rows and lines that their sheets are written from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agencies import house_style
from agencies.asof import AsOf
from agencies.exchange import AgencyLine, GroupLine, StatusLine
from agencies.models import Category
from reports.change_report import ChangeReport
from reports.provinces import ProvinceTable
from reports.reconcile import SourceReport
from reports.rollups import Counts, GroupTable, ParentRow, Standing
from reports.sections import Sections
from reports.trends import TrendPoint

Line = GroupLine | AgencyLine | StatusLine


@dataclass(frozen=True)
class Summary:
    """Everything the summary says, and the lines that head its sheets.

    `points` are days in order; the comparison day is one of them, and so is the day asked.
    `changes` are those since the comparison day, with the same knowledge; `sources` what was
    published by the day and known by the moment.
    `asked` says what was asked and what the figures do not cover. `address` is where they
    stand on the site, all four values written out. `is_sent` is the file that is frozen and
    goes out. `provinces` is the roll-up by province, where the file is of several;
    `has_provinces` says whether any is on record.
    """

    as_of: AsOf
    compared_on: date
    asked: Sequence[str]
    edition: str
    address: str
    table: GroupTable
    standings: Sequence[Standing]
    left: Sequence[ParentRow]
    points: Sequence[TrendPoint]
    changes: ChangeReport
    sections: Sections
    sources: Sequence[SourceReport]
    exchange: Sequence[Sequence[Line]]
    demonstration: bool
    is_sent: bool = False
    provinces: ProvinceTable | None = None
    has_provinces: bool = False

    @property
    def compared(self) -> TrendPoint:
        """Return the table of the comparison day."""
        return next(point for point in self.points if point.day == self.compared_on)


def counts_in(table: GroupTable, group: str) -> Counts:
    """Return a group's counts, nothing counted where the table lacks the group."""
    return next((row.counts for row in table.rows if row.group == group), Counts())


# Words of the paper itself, which is Vietnamese for every reader.
NOTHING_ON_RECORD = "Chưa có hồ sơ: đến ngày và thời điểm được hỏi chưa ghi nhận cơ quan nào."
NOT_ISSUED = "Bản chưa phát hành"
SENT = "Bản chốt để gửi"
HEADINGS: dict[str, str] = {Category.OLDER_EDITION: "Phiên bản cũ (chưa chuyển đổi)"}


def heading_of(category: Category) -> str:
    """Return the heading of a category's counts."""
    return HEADINGS.get(category, str(category.label).capitalize())


def footer(summary: Summary) -> tuple[str, str]:
    """Return what stands below every page, for sheets that have no head of their own too."""
    day = house_style.short_date(summary.as_of.day)
    known = house_style.moment(summary.as_of.known_at)
    mark = " – dữ liệu minh họa" if summary.demonstration else ""
    standing = (SENT if summary.is_sent else NOT_ISSUED) + mark
    return f"Số liệu tính đến {day}, ghi nhận đến {known}", standing
