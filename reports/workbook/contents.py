"""What the summary says: the rows and lines that its sheets are written from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from agencies import house_style
from agencies.exchange import AgencyLine, GroupLine, StatusLine
from agencies.models import Category
from reports.rollups import GroupTable, ParentRow, Standing

Line = GroupLine | AgencyLine | StatusLine


@dataclass(frozen=True)
class Summary:
    """Everything the file says, and the lines that head its sheets."""

    as_of_line: str
    edition: str
    known_at: datetime
    table: GroupTable
    standings: Sequence[Standing]
    left: Sequence[ParentRow]
    exchange: Sequence[Sequence[Line]]
    demonstration: bool


def as_of_line(day: date, known_at: datetime, edition: str, compared_on: date) -> str:
    """Return the line that says what a file was asked."""
    return _(
        "Figures as of %(day)s, as known at %(known_at)s (Vietnam time); "
        "edition asked about %(edition)s; compared with %(compared)s"
    ) % {
        "day": house_style.short_date(day),
        "known_at": house_style.moment(known_at),
        "edition": edition,
        "compared": house_style.short_date(compared_on),
    }


# Words of the paper itself, which is Vietnamese for every reader.
NOTHING_ON_RECORD = "Chưa có hồ sơ: đến ngày và thời điểm được hỏi chưa ghi nhận cơ quan nào."
HEADINGS: dict[str, str] = {Category.OLDER_EDITION: "Phiên bản cũ (chưa chuyển đổi)"}
FURTHER_DEFINITIONS = """\
Đang xây dựng: chưa công bố, kể cả khi đã áp dụng. Hủy công bố: đã hủy và chưa công bố lại.
Chưa xây dựng: chưa bắt đầu. Không thuộc đối tượng áp dụng: không tính vào tổng số.
Trang “Chưa chuyển đổi” nêu cả phiên bản cũ, đang xây dựng, hủy công bố và chưa xây dựng.\
""".splitlines()
