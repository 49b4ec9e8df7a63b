"""Rows to the Word report. Takes finished rows and never queries.

The report is an official Vietnamese paper, whatever language its reader's pages have; the
caller sets the language. Its wording stands in the template; here each placeholder of the
template gets its value, under a short Vietnamese name without marks that can be typed anywhere.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings

from agencies import house_style
from agencies.asof import AsOf
from agencies.models import Category, Reorganisation
from agencies.models.status import demonstration_note
from reports.change_report import CauseRow, ChangeReport, Differing
from reports.packages import packed
from reports.rollups import ComparedRow, Counts, GroupTable, ParentRow, Standing
from reports.sections import NO_PARENT, Sections
from reports.trends import TrendPoint
from reports.word_sections import section_values
from reports.word_template import fill

TITLE = "Báo cáo tình hình áp dụng hệ thống quản lý chất lượng"
NOTHING_ON_RECORD = "Chưa có hồ sơ: đến ngày và thời điểm được hỏi chưa ghi nhận cơ quan nào."
Values = dict[str, Any]
# The placeholders that count the agencies of a category.
COUNTED = {
    Category.CONVERTED: "da_chuyen_doi",
    Category.OLDER_EDITION: "chua_chuyen_doi",
    Category.BUILDING: "dang_xay_dung",
    Category.WITHDRAWN: "huy_cong_bo",
    Category.NOT_STARTED: "chua_xay_dung",
    Category.EXEMPT: "mien",
}


@dataclass(frozen=True)
class Report:
    """Everything the report says. `points` are the days of its table of progress.

    `asked` is the line that says what was asked and, after it, what the figures do not cover.
    `deputy`: a deputy signs in the head's place.
    """

    as_of: AsOf
    compared: AsOf
    asked: Sequence[str]
    edition: str
    table: GroupTable
    standings: Sequence[Standing]
    left: Sequence[ParentRow]
    changes: ChangeReport
    points: Sequence[TrendPoint]
    sections: Sections
    demonstration: bool
    deputy: bool


def write_report(told: Values, template: bytes, at: datetime) -> bytes:
    """Return the report as a .docx file, dated `at`; the same values give the same bytes.

    Raises:
        BadTemplate: the template cannot be filled.
    """
    document = fill(template, told)
    about = document.core_properties
    about.title, about.author, about.last_modified_by = TITLE, settings.ISSUER, settings.ISSUER
    about.created = about.modified = at
    about.revision, about.language = 1, "vi-VN"
    file = BytesIO()
    document.save(file)
    return packed(file.getvalue(), at)


def values(report: Report) -> Values:
    """Return the value of every placeholder."""
    told = {
        **_issuer(report),
        **_question(report),
        "tong": _compared(report.changes.comparison.total),
        "cac_nhom": [_group(report, row) for row in report.changes.comparison.rows],
        "cac_cap_tren": [_parent(row) for row in report.left],
        "cac_moc": [_point(point) for point in report.points],
        "bien_dong": _changes(report),
        **section_values(report.sections),
    }
    return {name: _clean(value) for name, value in told.items()}


def _clean(value: Any) -> Any:
    """Return values without the few characters that no XML file may hold."""
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    if isinstance(value, str):
        kept = (c for c in value if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
        return "".join(kept)
    return value


def _issuer(report: Report) -> Values:
    """Return who issues and signs the report, and where."""
    head, deputy = settings.SIGNER_TITLE, settings.SIGNER_DEPUTY_TITLE
    place = re.sub(r"^(tỉnh|thành phố)\s+", "", settings.PROVINCE_NAME, flags=re.IGNORECASE)
    return {
        "co_quan_chu_quan": settings.ISSUER_PARENT,
        "co_quan_ban_hanh": settings.ISSUER,
        "dia_danh": place,
        "dia_ban": settings.PROVINCE_NAME,
        "chuc_vu": [f"KT. {head}", deputy] if report.deputy else [head],
        "noi_nhan": list(settings.RECIPIENTS),
    }


def _question(report: Report) -> Values:
    """Return what was asked, and what the figures are made of."""
    line, *notices = report.asked
    day, known = report.as_of.day, house_style.moment(report.as_of.known_at)
    short = house_style.short_date(day)
    mark = " – dữ liệu minh họa" if report.demonstration else ""
    found = any(report.table.total)
    return {
        "phien_ban": report.edition,
        "ngay_so_lieu": house_style.long_date(day),
        "ngay_so_lieu_ngan": short,
        "ngay_so_sanh": house_style.long_date(report.compared.day),
        "ngay_so_sanh_ngan": house_style.short_date(report.compared.day),
        "ghi_nhan_den": known,
        "dong_so_lieu": line,
        "luu_y": notices,
        "minh_hoa": demonstration_note() if report.demonstration else "",
        "chan_trang": f"Số liệu tính đến {short}, ghi nhận đến {known}{mark}",
        "co_so_lieu": found,
        "khong_co_so_lieu": "" if found else NOTHING_ON_RECORD,
    }


def _counts(counts: Counts) -> Values:
    """Return the figures of some agencies, as they are printed."""
    return {
        "tong_so": house_style.count(counts.total),
        **{name: house_style.count(counts.of(category)) for category, name in COUNTED.items()},
        "da_cong_bo": house_style.count(counts.declared_any),
        "so_con_lai": house_style.count(counts.left),
        "ty_so": counts.fraction,
        "ty_le": house_style.percent(counts.converted, counts.total),
        "con_lai": [
            {"so": house_style.count(counts.of(category)), "tinh_trang": str(category.label)}
            for category in Category.left()
            if counts.of(category)
        ],
        "co_mien": bool(counts.exempt),
        "khong_co": not counts.total,
        "chua_co": bool(counts.total) and not counts.converted,
        "da_xong": bool(counts.total) and not counts.left,
    }


def _compared(row: ComparedRow) -> Values:
    """Return the figures of the day with those of the comparison day, and what lies between."""
    gained = row.gained
    return {
        **_counts(row.now),
        "truoc": _counts(row.then),
        "tang": house_style.count(gained) if gained > 0 else "",
        "giam": house_style.count(-gained) if gained < 0 else "",
        "chenh_chuyen_doi": house_style.signed_count(gained),
        "chenh_tong_so": house_style.signed_count(row.now.total - row.then.total),
    }


def _group(report: Report, row: ComparedRow) -> Values:
    """Return one group: its figures, its exempt agencies, and all of them in order."""
    agencies = [standing for standing in report.standings if standing.group == row.group]
    exempt = [agency.name for agency in agencies if agency.category == Category.EXEMPT]
    return {
        "ten": row.label,
        "ten_trong_cau": in_a_sentence(row.label),
        **_compared(row),
        "cac_co_quan_mien": exempt,
        "danh_sach": [_agency(number, agency) for number, agency in enumerate(agencies, 1)],
    }


def in_a_sentence(label: str) -> str:
    """Return a group's name as it stands inside a sentence: "cơ quan …", but "UBND …"."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _agency(number: int, agency: Standing) -> Values:
    return {
        "thu_tu": str(number),
        "ten": agency.name,
        "cap_tren": agency.parent_name,
        "tinh_trang": str(agency.category.label),
        "phien_ban": agency.edition_code,
        "so_quyet_dinh": agency.decision_number,
        "ngay_quyet_dinh": house_style.short_date(agency.decision_date),
        "tu_ngay": house_style.short_date(agency.since),
    }


def _parent(row: ParentRow) -> Values:
    return {
        "ten": row.name or NO_PARENT,
        "ty_so": row.counts.fraction,
        "so_con_lai": house_style.count(len(row.left)),
        "con_lai": [
            {
                "so": house_style.count(row.counts.of(category)),
                "tinh_trang": str(category.label),
                "cac_co_quan": [agency.name for agency in row.left if agency.category == category],
            }
            for category in Category.left()
            if row.counts.of(category)
        ],
    }


def _point(point: TrendPoint) -> Values:
    return {"ngay": house_style.short_date(point.day), **_counts(point.table.total)}


def _changes(report: Report) -> Values:
    """Return the classes of what changed, and every agency that counts differently."""
    agencies = [agency for row in _cause_rows(report) for agency in row.agencies]
    return {
        "so": house_style.count(len(agencies)),
        "cac_loai": list(_classes(report)),
        "danh_sach": [_changed(agency) for agency in agencies],
    }


def _classes(report: Report) -> Iterable[Values]:
    """Yield each class, of reorganisations each decree."""
    for row in _cause_rows(report):
        for part in row.parts:
            yield {
                "ten": f"{row.cause.label}{_decree(part.event)}",
                "so": house_style.count(len(part.agencies)),
                "da_chuyen_doi": house_style.signed_count(part.difference.converted),
                "tong_so": house_style.signed_count(part.difference.total),
            }


def _cause_rows(report: Report) -> tuple[CauseRow, ...]:
    return (*report.changes.learnt.rows, *report.changes.happened.rows)


def _decree(event: Reorganisation | None) -> str:
    return f" ({event.decree_number})" if event else ""


def _changed(agency: Differing) -> Values:
    return {
        "ten": agency.latest.name,
        "nhom": agency.group_label,
        "truoc": _category(agency.then),
        "nay": _category(agency.now),
        "tu_ngay": house_style.short_date(agency.day),
        "nguyen_nhan": f"{agency.cause.label}{_decree(agency.event)}",
    }


def _category(side: Standing | None) -> str:
    return str(side.category.label) if side else "không tính"


def described(told: Values, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the placeholders with what they say now; of a list, those of its first row.

    What an office that edits the template may write, told by examples that cannot be outdated.
    """
    for name, value in told.items():
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict):
            yield from described(first, f"{path}{name}{' › ' if first is not value else '.'}")
        elif not isinstance(first, bool):
            yield f"{path}{name}", "" if first == [] else str(first)
