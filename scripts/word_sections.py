"""The sections of the Word report's template on plans, inspections, training and reporting.

Each stands between a condition of its own: where its placeholders are empty nothing of it is left.
"""

from collections.abc import Callable, Sequence
from typing import Any

from scripts import word_wording as wording
from scripts.word_layout import Cells, command, headings, paragraphs, table

COMMAND, TEXT, NOTE, TITLE = "Lệnh", "Nội dung", "Chú thích bảng", "Tên bảng"


def write_sections(document: Any) -> None:
    """Write the four sections."""
    for name, title, write in (
        ("ke_hoach", "THỰC HIỆN KẾ HOẠCH CHUYỂN ĐỔI", _write_plan),
        ("kiem_tra", "KIỂM TRA", _write_inspections),
        ("tap_huan", "TẬP HUẤN", _write_training),
        ("che_do_bao_cao", "CHẾ ĐỘ BÁO CÁO", _write_rounds),
    ):
        _where(document, name, title, write)


def _where(document: Any, name: str, title: str, write: Callable[[Any], None]) -> None:
    document.add_paragraph(f"{{%p if {name} %}}", style=COMMAND)
    document.add_paragraph(f"{{{{ {name}.so_muc }}}}. {title}", style="Mục")
    write(document)
    document.add_paragraph("{%p endif %}", style=COMMAND)


def _table_of(
    document: Any, loop: str, columns: Sequence[tuple[str, float, str, str]], *last: Cells
) -> None:
    """Write a table whose rows are those of a loop; a column is heading, width, style, text."""
    titles, widths, styles, texts = zip(*columns, strict=True)
    rows = [
        headings(*titles),
        command(f"{{%tr for {loop} %}}", len(columns)),
        list(zip(styles, texts, strict=True)),
        command("{%tr endfor %}", len(columns)),
        *last,
    ]
    table(document, widths, rows)


def _write_plan(document: Any) -> None:
    paragraphs(document, [(TEXT, wording.PLAN), (COMMAND, "{%p if ke_hoach.cac_chi_tieu %}")])
    title = "Bảng {{ ke_hoach.bang_chi_tieu }}. Kết quả thực hiện chỉ tiêu chuyển đổi"
    document.add_paragraph(title, style=TITLE)
    columns = (
        ("TT", 9, "Ô số", "{{ loop.index }}"),
        ("Nhóm cơ quan", 54, "Ô chữ", "{{ chi_tieu.nhom }}"),
        ("Đến hết ngày", 27, "Ô số", "{{ chi_tieu.ngay }}"),
        ("Chỉ tiêu", 25, "Ô số", "{{ chi_tieu.chi_tieu }}"),
        ("Đã chuyển đổi", 25, "Ô số", "{{ chi_tieu.ty_so }}"),
        ("Kết quả", 25, "Ô số", "{{ chi_tieu.ket_qua }}"),
    )
    _table_of(document, "chi_tieu in ke_hoach.cac_chi_tieu", columns)
    paragraphs(
        document,
        [
            (NOTE, wording.TARGETS_NOTE),
            (COMMAND, "{%p endif %}"),
            (COMMAND, "{%p if ke_hoach.cac_cap_tren %}"),
            (TEXT, wording.LATE),
            (TITLE, "Bảng {{ ke_hoach.bang_cham }}. Cơ quan chậm so với kế hoạch"),
        ],
    )
    _under_parents(document, "ke_hoach", "Số cơ quan", wording.LATE_UNDER_A_PARENT)
    paragraphs(
        document,
        [
            (NOTE, wording.LATE_NOTE),
            (COMMAND, "{%p else %}"),
            (TEXT, wording.NOBODY_LATE),
            (COMMAND, "{%p endif %}"),
            (TEXT, wording.FORECAST),
        ],
    )


def _under_parents(document: Any, section: str, number: str, agencies: str) -> None:
    columns = (
        ("TT", 9, "Ô số", "{{ loop.index }}"),
        ("Cơ quan cấp trên", 42, "Ô chữ", "{{ cap_tren.ten }}"),
        (number, 18, "Ô số", "{{ cap_tren.so }}"),
        ("Cơ quan", 96, "Ô chữ", agencies),
    )
    _table_of(document, f"cap_tren in {section}.cac_cap_tren", columns)


def _write_inspections(document: Any) -> None:
    paragraphs(
        document,
        [
            (TEXT, wording.VISITS),
            (COMMAND, "{%p if kiem_tra.so_ke_hoach %}"),
            (TEXT, wording.VISITS_PLANNED),
            (COMMAND, "{%p endif %}"),
            (COMMAND, "{%p if kiem_tra.luu_y %}"),
            (TEXT, "{{ kiem_tra.luu_y }}"),
            (COMMAND, "{%p endif %}"),
            (COMMAND, "{%p if kiem_tra.co_luot %}"),
            (TITLE, "Bảng {{ kiem_tra.bang }}. Lượt kiểm tra theo nhóm cơ quan"),
        ],
    )
    _by_group(document, "kiem_tra", ("Số lượt kiểm tra", "Số cơ quan được kiểm tra"))
    paragraphs(
        document,
        [
            (NOTE, wording.VISITS_NOTE),
            (TEXT, wording.OVERDUE),
            (COMMAND, "{%p endif %}"),
            (COMMAND, "{%p if kiem_tra.cac_cap_tren %}"),
            (TITLE, "Bảng {{ kiem_tra.bang_qua_han }}. Phát hiện quá thời hạn khắc phục"),
        ],
    )
    _under_parents(document, "kiem_tra", "Số phát hiện", wording.OVERDUE_UNDER_A_PARENT)
    document.add_paragraph("{%p endif %}", style=COMMAND)


def _by_group(document: Any, section: str, titles: tuple[str, str]) -> None:
    """Write times and agencies of each group, and of all together."""
    columns = (
        ("TT", 9, "Ô số liền", "{{ loop.index }}"),
        ("Nhóm cơ quan", 76, "Ô chữ liền", "{{ nhom.ten }}"),
        (titles[0], 40, "Ô số liền", "{{ nhom.so_luot }}"),
        (titles[1], 40, "Ô số liền", "{{ nhom.so_co_quan }}"),
    )
    total: Cells = [
        ("Ô số đậm", ""),
        ("Ô chữ đậm", "Tổng cộng"),
        ("Ô số đậm", f"{{{{ {section}.so_luot }}}}"),
        ("Ô số đậm", f"{{{{ {section}.so_co_quan }}}}"),
    ]
    _table_of(document, f"nhom in {section}.cac_nhom", columns, total)


def _write_training(document: Any) -> None:
    paragraphs(
        document,
        [
            (TEXT, wording.COURSES),
            (COMMAND, "{%p for chu_de in tap_huan.cac_chu_de %}"),
            (TEXT, wording.TOPIC),
            (COMMAND, "{%p endfor %}"),
            (COMMAND, "{%p if tap_huan.luu_y %}"),
            (TEXT, "{{ tap_huan.luu_y }}"),
            (COMMAND, "{%p endif %}"),
            (TITLE, "Bảng {{ tap_huan.bang }}. Lượt tham dự tập huấn theo nhóm cơ quan"),
        ],
    )
    _by_group(document, "tap_huan", ("Số lượt tham dự", "Số cơ quan có lượt tham dự"))
    document.add_paragraph(wording.COURSES_NOTE, style=NOTE)


def _write_rounds(document: Any) -> None:
    """Write each round with its table."""
    paragraphs(
        document,
        [
            (COMMAND, "{%p for ky in che_do_bao_cao.cac_ky %}"),
            (TEXT, wording.ROUND),
            (TITLE, "Bảng {{ ky.bang }}. Báo cáo kỳ {{ ky.tu_ngay }} – {{ ky.den_ngay }}"),
        ],
    )
    names = ("phai_bao_cao", "da_nhan", "dung_han", "cham", "chua_bao_cao")
    titles = ("Phải báo cáo", "Đã nhận", "Đúng hạn", "Chậm", "Chưa báo cáo")
    columns = (
        ("TT", 9, "Ô số liền", "{{ loop.index }}"),
        ("Nhóm cơ quan", 56, "Ô chữ liền", "{{ nhom.ten }}"),
        *(
            (title, 20, "Ô số liền", f"{{{{ nhom.{name} }}}}")
            for title, name in zip(titles, names, strict=True)
        ),
    )
    total: Cells = [
        ("Ô số đậm", ""),
        ("Ô chữ đậm", "Tổng cộng"),
        *(("Ô số đậm", f"{{{{ ky.{name} }}}}") for name in names),
    ]
    _table_of(document, "nhom in ky.cac_nhom", columns, total)
    paragraphs(
        document,
        [
            (NOTE, wording.ROUND_STATES),
            (COMMAND, "{%p endfor %}"),
            (NOTE, wording.ROUND_NOTE),
        ],
    )
