"""Where the figures come from: what was asked, how each measure is counted, what is on each sheet.

The words are the paper's own, Vietnamese for every reader.
"""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils import timezone

from agencies import house_style
from agencies.exchange import SHEETS
from agencies.models import Category
from reports.sections import Sections
from reports.workbook.activities import (
    ATTENDANCES_MEASURE,
    INSPECTIONS,
    ROUNDS,
    ROUNDS_MEASURE,
    TRAINING,
    VISITS_MEASURE,
)
from reports.workbook.contents import NOT_ISSUED, SENT, Summary, heading_of
from reports.workbook.head import write_head
from reports.workbook.plan import PLAN, PLAN_MEASURE
from reports.workbook.progress import PROGRESS
from reports.workbook.reconciliation import RECONCILIATION
from reports.workbook.since import SINCE
from reports.workbook.writer import GRID, HEAD, Writer

SOURCES = "Nguồn"
DRAWN_AS = f"{NOT_ISSUED}: trích từ dữ liệu đang quản lý, chưa có số, ngày và người ký."
SENT_AS = f"{SENT}: lưu nguyên văn trên hệ thống; số, ngày và người ký theo văn bản kèm theo."
WIDTHS = (34, 88)
Entries = Sequence[tuple[str, str]]


def write_sources(writer: Writer, summary: Summary) -> None:
    """Write the sheet: two columns, a heading for each part."""
    sheet = writer.sheet(SOURCES, WIDTHS)
    lines = ["Nguồn số liệu và cách tính", *summary.asked]
    at = write_head(writer, sheet, lines, [(0, 1)], demonstration=summary.demonstration)
    sheet.freeze_panes(at, 0)
    for heading, entries in _parts(summary):
        writer.span(sheet, at, (0, 1), heading, **{**HEAD, "align": "left"})
        sheet.set_row(at, 20)
        for place, (name, text) in enumerate(entries, at + 1):
            writer.put(sheet, place, 0, name, **GRID, text_wrap=True, bold=True)
            writer.put(sheet, place, 1, text, **GRID, text_wrap=True)
            writer.grow(sheet, place, (name, text))
        at += len(entries) + 2


def _parts(summary: Summary) -> Iterator[tuple[str, Entries]]:
    yield "1. Bản này", _paper(SENT_AS if summary.is_sent else DRAWN_AS)
    yield "2. Số liệu được hỏi", _question(summary)
    yield "3. Cách tính", _measures(summary.edition)
    yield "4. Các trang", _sheets(summary)


def _paper(standing: str) -> Entries:
    return (
        ("Cơ quan lập", f"{settings.ISSUER} – {settings.ISSUER_PARENT}"),
        ("Tỉnh", settings.PROVINCE_NAME),
        ("Tình trạng của bản này", f"{standing} Cùng dữ liệu và cùng câu hỏi cho ra đúng tệp này."),
    )


def _question(summary: Summary) -> Entries:
    day, known_at = summary.as_of.day, timezone.localtime(summary.as_of.known_at)
    known = f"{known_at:%H} giờ {known_at:%M} phút {known_at:%S} giây, "
    known += f"{house_style.long_date(known_at.date())}, giờ Việt Nam (UTC+7)"
    return (
        ("Số liệu tính đến", house_style.long_date(day)),
        (
            "Theo dữ liệu ghi nhận đến",
            (
                f"{known}; theo giờ quốc tế: {summary.as_of.known_at_utc}. "
                "Điều ghi nhận hoặc sửa sau thời điểm này không có trong tệp."
            ),
        ),
        ("Phiên bản cần chuyển đổi", summary.edition),
        ("Ngày so sánh", f"{house_style.long_date(summary.compared_on)}, theo cùng dữ liệu"),
        ("Địa chỉ trên hệ thống", summary.address),
    )


def _measures(edition: str) -> Entries:
    """Return the definition of every measure, under the heading that its figures stand under."""
    return (*_who_counts(), *_categories(edition), *_what_follows())


def _who_counts() -> Entries:
    return (
        (
            "Cơ quan được tính",
            (
                "cơ quan có nhóm và đang tồn tại vào ngày số liệu, theo dữ liệu ghi nhận đến thời "
                "điểm nêu trên. Cơ quan cấp trên không thuộc nhóm nào thì không tính. Mỗi cơ quan "
                "được tính một lần, vào đúng một loại."
            ),
        ),
        (
            "Tổng số",
            (
                "số cơ quan được tính, không kể cơ quan không thuộc đối tượng áp dụng. Là mẫu số "
                "của mọi tỷ lệ."
            ),
        ),
    )


def _categories(edition: str) -> Entries:
    return (
        (
            heading_of(Category.CONVERTED),
            f"công bố đang có hiệu lực, theo {edition} hoặc phiên bản mới hơn.",
        ),
        (
            heading_of(Category.OLDER_EDITION),
            f"công bố đang có hiệu lực, theo phiên bản cũ hơn {edition}.",
        ),
        (heading_of(Category.BUILDING), "chưa công bố, kể cả khi đã áp dụng thử hệ thống."),
        (heading_of(Category.WITHDRAWN), "đã hủy công bố và chưa công bố lại."),
        (heading_of(Category.NOT_STARTED), "chưa bắt đầu, hoặc chưa ghi nhận điều gì."),
        (
            heading_of(Category.EXEMPT),
            "cơ quan được xác định không phải áp dụng; đứng ngoài tổng số và mọi tỷ lệ.",
        ),
    )


def _what_follows() -> Entries:
    return (
        ("Đã công bố (mọi phiên bản)", "đã chuyển đổi và phiên bản cũ cộng lại."),
        ("Tỷ lệ", "số đã chuyển đổi trên tổng số, hai phần viết theo số đếm."),
        (
            "Tỷ lệ %",
            (
                "số đã chuyển đổi chia cho tổng số, tính từ số đếm, làm tròn đến hai chữ số thập "
                "phân (từ 5 trở lên làm tròn lên)."
            ),
        ),
        (
            "Tăng so với ngày so sánh",
            (
                "số đã chuyển đổi ngày số liệu trừ số đã chuyển đổi ngày so sánh, tính theo cùng "
                "phiên bản và cùng dữ liệu."
            ),
        ),
        (
            "Còn lại",
            (
                "phiên bản cũ, đang xây dựng, hủy công bố và chưa xây dựng cộng lại: tổng số trừ "
                "số đã chuyển đổi."
            ),
        ),
        (
            "Từ ngày",
            "ngày bắt đầu của tình trạng đang có: ngày công bố có hiệu lực, nếu đã công bố.",
        ),
    )


def _sheets(summary: Summary) -> Entries:
    exchange = ", ".join(sheet.title for sheet in SHEETS)
    return (
        (
            "Tổng hợp và các trang nhóm",
            (
                "Số đếm ở trang Tổng hợp là công thức đếm trên trang của từng nhóm; sửa ở đó thì "
                "số đếm đổi theo, lọc thì không. Biểu đồ đọc các ô của tệp này."
            ),
        ),
        ("Chưa chuyển đổi", "mọi cơ quan còn lại, xếp theo cơ quan cấp trên là nơi nhận nhắc nhở."),
        (
            PROGRESS,
            (
                f"số liệu cuối mỗi quý, ngày so sánh và ngày số liệu, so với {summary.edition}, "
                "theo cùng dữ liệu ghi nhận. Ô tỷ lệ để trống là ngày nhóm chưa có cơ quan."
            ),
        ),
        (
            SINCE,
            (
                "mọi cơ quan được tính khác đi giữa ngày so sánh và ngày số liệu, theo cùng dữ "
                "liệu ghi nhận, xếp theo loại thay đổi; tổng của các loại đúng bằng chênh lệch "
                "giữa hai ngày."
            ),
        ),
        (
            RECONCILIATION,
            (
                "số liệu đã công bố đến ngày số liệu, đặt cạnh số tính từ hồ sơ của ngày số liệu "
                "mà nguồn nêu (không nêu thì lấy ngày công bố) và cạnh các số khác của chính "
                "nguồn đó. Số đã in giữ nguyên; hai số lệch nhau thì trang này nói do dòng nào, "
                "không nói số nào đúng."
            ),
        ),
        *_of_sections(summary.sections),
        (
            exchange,
            (
                "dữ liệu theo mẫu nhập, để nhập lại vào hệ thống; ngày kết thúc sau ngày số "
                "liệu để trống."
            ),
        ),
    )


def _of_sections(sections: Sections) -> Entries:
    """Return what stands on the sheets beside the statuses, of those that are there."""
    found = (
        (sections.plan, PLAN, PLAN_MEASURE),
        (sections.inspections, INSPECTIONS, VISITS_MEASURE),
        (sections.training, TRAINING, ATTENDANCES_MEASURE),
        (sections.rounds, ROUNDS, ROUNDS_MEASURE),
    )
    return tuple((title, measure) for section, title, measure in found if section)
