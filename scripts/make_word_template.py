"""Makes templates/word/bao-cao.docx, the template that the Word report is filled into.

    .venv/bin/python -m scripts.make_word_template

The wording is Vietnamese text with placeholders. An office edits a copy of the file in Word or
LibreOffice (`WORD_TEMPLATE`); this script is how the shipped one is reviewed, and
tests/test_word_template.py holds the two together.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION

from reports.packages import packed
from scripts import word_wording as wording
from scripts.word_layout import (
    BLANK,
    LOOKS,
    Cells,
    add_style,
    add_table_style,
    bare_table,
    command,
    drop_what_python_docx_ships,
    fill,
    headings,
    lay_out,
    number_pages,
    paragraphs,
    set_defaults,
    table,
)
from scripts.word_sections import write_sections

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "templates" / "word" / "bao-cao.docx"
MADE = datetime(2026, 1, 1, tzinfo=UTC)  # whenever it is made: the same file


def make_template() -> bytes:
    """Return the template as a file."""
    document = Document()
    drop_what_python_docx_ships(document, MADE)
    set_defaults(document)
    for look in LOOKS:
        add_style(document, look)
    for name, ident, bordered in (("Lưới", "Luoi", True), ("Không kẻ", "KhongKe", False)):
        add_table_style(document, name, ident, bordered=bordered)
    lay_out(document.sections[0], landscape=False)
    number_pages(document.sections[0])
    _write_head(document)
    _write_body(document)
    _write_signature(document)
    annexes = document.add_section(WD_SECTION.NEW_PAGE)
    document.paragraphs[-1].style = "Ngắt phần"  # it holds the section break and nothing else
    lay_out(annexes, landscape=True)
    annexes.different_first_page_header_footer = False
    _write_list(document)
    _write_changed(document)
    file = BytesIO()
    document.save(file)
    return packed(file.getvalue(), MADE)


def _write_head(document: Any) -> None:
    """Write the issuing bodies, the national title, number, place and date, and the subject."""
    head = bare_table(document, (67, 98), rows=2)
    number = f"Số:{BLANK * 4}/BC-{BLANK * 3}"
    date = f"{{{{ dia_danh }}}}, ngày{BLANK * 2}tháng{BLANK * 2}năm{BLANK * 2}"
    fill(
        head.cell(0, 0),
        [
            ("Cơ quan chủ quản", "{{ co_quan_chu_quan }}"),
            ("Cơ quan ban hành", "{{ co_quan_ban_hanh }}"),
            ("Kẻ dưới cơ quan", ""),
        ],
    )
    fill(
        head.cell(0, 1),
        [
            ("Quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            ("Tiêu ngữ", "Độc lập - Tự do - Hạnh phúc"),
            ("Kẻ dưới tiêu ngữ", ""),
        ],
    )
    fill(head.cell(1, 0), [("Số văn bản", number)])
    fill(head.cell(1, 1), [("Địa danh, ngày tháng", date)])
    paragraphs(
        document,
        [
            ("Tên loại văn bản", "BÁO CÁO"),
            ("Trích yếu", wording.SUBJECT),
            ("Kẻ dưới trích yếu", ""),
            ("Dòng số liệu", "({{ dong_so_lieu }})"),
            ("Lệnh", "{%p if minh_hoa %}"),
            ("Dòng số liệu", "{{ minh_hoa }}"),
            ("Lệnh", "{%p endif %}"),
        ],
    )


def _write_body(document: Any) -> None:
    """Write the sections; those with figures only where an agency is counted on the day."""
    paragraphs(
        document,
        [
            ("Lệnh", "{%p if not co_so_lieu %}"),
            ("Nội dung", "{{ khong_co_so_lieu }}"),
            ("Lệnh", "{%p endif %}"),
            ("Lệnh", "{%p for dong in luu_y %}"),
            ("Nội dung", "Lưu ý: {{ dong }}"),
            ("Lệnh", "{%p endfor %}"),
            ("Lệnh", "{%p if co_so_lieu %}"),
            ("Nội dung", wording.OPENING),
            ("Mục", "I. KẾT QUẢ XÂY DỰNG, CHUYỂN ĐỔI ÁP DỤNG"),
            ("Nội dung", wording.ALL_TOGETHER),
            ("Lệnh", "{%p for nhom in cac_nhom %}"),
            ("Nội dung", wording.ONE_GROUP),
            ("Lệnh", "{%p endfor %}"),
        ],
    )
    _write_roll_up(document)
    _write_changes(document)
    _write_left(document)
    write_sections(document)
    paragraphs(
        document,
        [
            ("Nội dung kết", wording.CLOSING),
            ("Lệnh", "{%p endif %}"),
        ],
    )


def _counts(name: str, texts: str, figures: str, number: str, label: str) -> Cells:
    """Return a row of the roll-up."""
    columns = (
        "tong_so",
        "da_chuyen_doi",
        "chua_chuyen_doi",
        "dang_xay_dung",
        "huy_cong_bo",
        "chua_xay_dung",
        "mien",
        "ty_le",
    )
    return [
        (figures, number),
        (texts, label),
        *((figures, f"{{{{ {name}.{column} }}}}") for column in columns),
    ]


def _write_roll_up(document: Any) -> None:
    document.add_paragraph("Bảng 1. Tổng hợp theo nhóm cơ quan", style="Tên bảng")
    top = headings(
        "TT",
        "Nhóm cơ quan",
        "Tổng số",
        "Đã chuyển đổi",
        "Chưa chuyển đổi",
        "Đang xây dựng",
        "Hủy công bố",
        "Chưa xây dựng",
        "Không thuộc đối tượng",
        "Tỷ lệ",
    )
    rows = [
        top,
        command("{%tr for nhom in cac_nhom %}", 10),
        _counts("nhom", "Ô chữ liền", "Ô số liền", "{{ loop.index }}", "{{ nhom.ten }}"),
        command("{%tr endfor %}", 10),
        _counts("tong", "Ô chữ đậm", "Ô số đậm", "", "Tổng cộng"),
    ]
    table(document, (9, 29, 14, 17, 17, 14, 13, 14, 20, 18), rows)
    document.add_paragraph(wording.DEFINITIONS, style="Chú thích bảng")


def _write_changes(document: Any) -> None:
    """Write what changed since the comparison day, why, and the progress over the years."""
    paragraphs(
        document,
        [
            ("Mục", "II. BIẾN ĐỘNG VÀ TIẾN ĐỘ"),
            ("Nội dung", wording.CHANGED),
            ("Tên bảng", "Bảng 2. Biến động so với {{ ngay_so_sanh_ngan }}"),
        ],
    )
    top = headings(
        "TT",
        "Nhóm cơ quan",
        "Ngày {{ ngay_so_sanh_ngan }}",
        "Ngày {{ ngay_so_lieu_ngan }}",
        "Đã chuyển đổi: tăng, giảm",
        "Tổng số: tăng, giảm",
    )
    columns = ("truoc.ty_so", "ty_so", "chenh_chuyen_doi", "chenh_tong_so")

    def row(name: str, texts: str, figures: str, number: str, label: str) -> Cells:
        cells = [(figures, f"{{{{ {name}.{column} }}}}") for column in columns]
        return [(figures, number), (texts, label), *cells]

    rows = [
        top,
        command("{%tr for nhom in cac_nhom %}", 6),
        row("nhom", "Ô chữ liền", "Ô số liền", "{{ loop.index }}", "{{ nhom.ten }}"),
        command("{%tr endfor %}", 6),
        row("tong", "Ô chữ đậm", "Ô số đậm", "", "Tổng cộng"),
    ]
    table(document, (9, 48, 27, 27, 27, 27), rows)
    paragraphs(
        document,
        [
            ("Lệnh", "{%p if bien_dong.danh_sach %}"),
            ("Chú thích bảng", "Danh sách cơ quan có biến động tại Phụ lục II."),
            ("Nội dung", "Nguyên nhân biến động:"),
            ("Lệnh", "{%p for loai in bien_dong.cac_loai %}"),
            ("Nội dung", wording.CAUSE),
            ("Lệnh", "{%p endfor %}"),
            ("Lệnh", "{%p endif %}"),
        ],
    )
    _write_progress(document)


def _write_progress(document: Any) -> None:
    document.add_paragraph("Bảng 3. Tiến độ qua các mốc thời gian", style="Tên bảng")
    columns = ("tong_so", "da_chuyen_doi", "ty_le", "da_cong_bo")
    rows = [
        headings(
            "Tính đến ngày",
            "Tổng số",
            "Đã chuyển đổi",
            "Tỷ lệ",
            "Đã công bố, không phân biệt phiên bản",
        ),
        command("{%tr for moc in cac_moc %}", 5),
        [
            ("Ô số liền", "{{ moc.ngay }}"),
            *(("Ô số liền", f"{{{{ moc.{name} }}}}") for name in columns),
        ],
        command("{%tr endfor %}", 5),
    ]
    table(document, (33, 27, 33, 27, 45), rows)
    document.add_paragraph(wording.PROGRESS_NOTE, style="Chú thích bảng")


def _write_left(document: Any) -> None:
    """Write who is late, by parent body: that is where reminders go."""
    paragraphs(
        document,
        [
            ("Mục", "III. CƠ QUAN CHẬM TIẾN ĐỘ THEO CƠ QUAN CẤP TRÊN"),
            ("Lệnh", "{%p if cac_cap_tren %}"),
            ("Nội dung", wording.WHO_IS_LEFT),
            ("Tên bảng", "Bảng 4. Cơ quan chưa hoàn thành, theo cơ quan cấp trên"),
        ],
    )
    rows = [
        headings("TT", "Cơ quan cấp trên", "Tiến độ", "Còn lại", "Cơ quan chưa hoàn thành"),
        command("{%tr for cap_tren in cac_cap_tren %}", 5),
        [
            ("Ô số", "{{ loop.index }}"),
            ("Ô chữ", "{{ cap_tren.ten }}"),
            ("Ô số", "{{ cap_tren.ty_so }}"),
            ("Ô số", "{{ cap_tren.so_con_lai }}"),
            ("Ô chữ", wording.UNDER_A_PARENT),
        ],
        command("{%tr endfor %}", 5),
    ]
    table(document, (9, 42, 18, 16, 80), rows)
    paragraphs(
        document,
        [
            ("Chú thích bảng", wording.PARENT_NOTE),
            ("Nội dung", wording.REQUEST),
            ("Lệnh", "{%p else %}"),
            ("Nội dung", wording.NOBODY_LEFT),
            ("Lệnh", "{%p endif %}"),
        ],
    )


def _write_signature(document: Any) -> None:
    """Write the recipients and the place to sign, which stays blank."""
    document.add_paragraph("", style="Ô chữ liền")
    foot = bare_table(document, (82.5, 82.5), rows=1)
    fill(
        foot.cell(0, 0),
        [
            ("Nơi nhận", "Nơi nhận:"),
            ("Lệnh", "{%p for noi in noi_nhan %}"),
            ("Nơi nhận, từng dòng", "- {{ noi }};"),
            ("Lệnh", "{%p endfor %}"),
            ("Nơi nhận, từng dòng", "- Lưu: VT."),
        ],
    )
    fill(
        foot.cell(0, 1),
        [
            ("Lệnh", "{%p for dong in chuc_vu %}"),
            ("Chức vụ người ký", "{{ dong }}"),
            ("Lệnh", "{%p endfor %}"),
            ("Chỗ ký", ""),
        ],
    )


def _annex(document: Any, number: str, title: str) -> None:
    blank = BLANK * 2
    paragraphs(
        document,
        [
            ("Phụ lục", f"Phụ lục {number}"),
            ("Tên phụ lục", title),
            (
                "Dẫn phụ lục",
                f"(Kèm theo Báo cáo số{BLANK * 3}/BC-{blank} ngày{blank}tháng{blank}năm{blank})",
            ),
            ("Dẫn phụ lục", "{{ dong_so_lieu }}{% if minh_hoa %}. {{ minh_hoa }}{% endif %}"),
        ],
    )


def _write_list(document: Any) -> None:
    """Write the full list of agencies, group by group."""
    _annex(document, "I", "DANH SÁCH CƠ QUAN VÀ TÌNH TRẠNG ÁP DỤNG HỆ THỐNG QUẢN LÝ CHẤT LƯỢNG")
    document.add_paragraph("{%p if co_so_lieu %}", style="Lệnh")
    texts = (
        "ten",
        "cap_tren",
        "tinh_trang",
        "phien_ban",
        "so_quyet_dinh",
        "ngay_quyet_dinh",
        "tu_ngay",
    )
    rows = [
        headings(
            "TT",
            "Tên cơ quan",
            "Cơ quan cấp trên",
            "Tình trạng",
            "Phiên bản",
            "Số quyết định",
            "Ngày quyết định",
            "Từ ngày",
        ),
        command("{%tr for nhom in cac_nhom %}", 8),
        [("Ô chữ đậm liền", wording.GROUP_IN_THE_ANNEX)],
        command("{%tr for co_quan in nhom.danh_sach %}", 8),
        [
            ("Ô số", "{{ co_quan.thu_tu }}"),
            *(("Ô chữ", f"{{{{ co_quan.{name} }}}}") for name in texts),
        ],
        command("{%tr endfor %}", 8),
        command("{%tr endfor %}", 8),
    ]
    table(document, (10, 49, 44, 30, 41, 32, 23, 23), rows)
    paragraphs(
        document,
        [
            ("Lệnh", "{%p else %}"),
            ("Nội dung", "{{ khong_co_so_lieu }}"),
            ("Lệnh", "{%p endif %}"),
        ],
    )


def _write_changed(document: Any) -> None:
    """Write the agencies that count differently than on the comparison day."""
    document.add_paragraph("{%p if bien_dong.danh_sach %}", style="Lệnh")
    _annex(document, "II", "DANH SÁCH CƠ QUAN CÓ BIẾN ĐỘNG SO VỚI NGÀY {{ ngay_so_sanh_ngan }}")
    texts = ("ten", "nhom", "truoc", "nay", "tu_ngay", "nguyen_nhan")
    rows = [
        headings(
            "TT",
            "Tên cơ quan",
            "Nhóm cơ quan",
            "Ngày {{ ngay_so_sanh_ngan }}",
            "Ngày {{ ngay_so_lieu_ngan }}",
            "Từ ngày",
            "Nguyên nhân",
        ),
        command("{%tr for co_quan in bien_dong.danh_sach %}", 7),
        [("Ô số", "{{ loop.index }}"), *(("Ô chữ", f"{{{{ co_quan.{name} }}}}") for name in texts)],
        command("{%tr endfor %}", 7),
    ]
    table(document, (11, 62, 48, 34, 34, 23, 40), rows)
    document.add_paragraph("{%p endif %}", style="Lệnh")


if __name__ == "__main__":
    TEMPLATE.write_bytes(make_template())
