"""How the Word report looks: styles of Decree 30/2020/NĐ-CP, and the pieces that bear them.

Every letter gets its look from a style, none by itself, so that an office changes the look of
all reports in one place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY
MARGINS = {"top": 20, "bottom": 20, "left": 30, "right": 15}  # mm
KEPT_STYLES = {"Normal", "Default Paragraph Font", "Normal Table", "No List"}
BLANK = "\u2003"  # an em space, where the clerk writes


@dataclass(frozen=True)
class Look:
    """One paragraph style: sizes in points, indents in millimetres."""

    name: str
    ident: str
    size: float = 14
    bold: bool = False
    italic: bool = False
    align: WD_ALIGN_PARAGRAPH = LEFT
    first: float = 0
    indents: tuple[float, float] = (0, 0)
    before: float = 0
    after: float = 0
    lines: float = 1
    with_next: bool = False
    own_page: bool = False
    ruled: bool = False
    outline: int | None = None
    closer: float = 0  # points less between letters, so that the head fits its two columns


LOOKS = (
    Look("Cơ quan chủ quản", "CoQuanChuQuan", 13, align=CENTRE, closer=0.3),
    Look("Cơ quan ban hành", "CoQuanBanHanh", 13, bold=True, align=CENTRE, closer=0.3),
    Look("Quốc hiệu", "QuocHieu", 13, bold=True, align=CENTRE, closer=0.3),
    Look("Tiêu ngữ", "TieuNgu", 14, bold=True, align=CENTRE),
    # Rules are borders of small paragraphs, so that they stand in the same place everywhere.
    Look("Kẻ dưới cơ quan", "KeDuoiCoQuan", 2, indents=(22.5, 22.5), before=2, ruled=True),
    Look("Kẻ dưới tiêu ngữ", "KeDuoiTieuNgu", 2, indents=(18, 18), before=2, ruled=True),
    Look("Kẻ dưới trích yếu", "KeDuoiTrichYeu", 2, indents=(57, 57), before=4, ruled=True),
    Look("Số văn bản", "SoVanBan", 13, align=CENTRE, before=6),
    Look("Địa danh, ngày tháng", "DiaDanh", 13, italic=True, align=CENTRE, before=6),
    Look("Tên loại văn bản", "TenLoai", 14, bold=True, align=CENTRE, before=18),
    Look("Trích yếu", "TrichYeu", 14, bold=True, align=CENTRE),
    Look("Dòng số liệu", "DongSoLieu", 13, italic=True, align=CENTRE, before=6, after=6),
    Look("Nội dung", "NoiDung", 14, align=JUSTIFIED, first=12.7, after=6, lines=1.15),
    # Stays with the signature, which never stands on a page without a word of the report.
    Look(
        "Nội dung kết",
        "NoiDungKet",
        14,
        align=JUSTIFIED,
        first=12.7,
        after=6,
        lines=1.15,
        with_next=True,
    ),
    Look(
        "Mục",
        "Muc",
        14,
        bold=True,
        align=JUSTIFIED,
        first=12.7,
        before=6,
        after=6,
        lines=1.15,
        with_next=True,
        outline=0,
    ),
    Look("Tên bảng", "TenBang", 13, bold=True, align=CENTRE, before=6, after=6, with_next=True),
    Look("Đầu bảng", "DauBang", 12, bold=True, align=CENTRE, before=2, after=2, with_next=True),
    Look("Ô chữ", "OChu", 12, before=2, after=2),
    Look("Ô số", "OSo", 12, align=CENTRE, before=2, after=2),
    # Rows of a short table, which stays on one page.
    Look("Ô chữ liền", "OChuLien", 12, before=2, after=2, with_next=True),
    Look("Ô số liền", "OSoLien", 12, align=CENTRE, before=2, after=2, with_next=True),
    Look("Ô chữ đậm", "OChuDam", 12, bold=True, before=2, after=2),
    Look("Ô chữ đậm liền", "OChuDamLien", 12, bold=True, before=2, after=2, with_next=True),
    Look("Ô số đậm", "OSoDam", 12, bold=True, align=CENTRE, before=2, after=2),
    Look("Chú thích bảng", "ChuThich", 12, italic=True, align=JUSTIFIED, before=4, after=8),
    Look("Nơi nhận", "NoiNhan", 12, bold=True, italic=True, with_next=True),
    Look("Nơi nhận, từng dòng", "NoiNhanDong", 11, with_next=True),
    Look("Chức vụ người ký", "ChucVu", 14, bold=True, align=CENTRE, with_next=True),
    Look("Chỗ ký", "ChoKy", 14, bold=True, align=CENTRE, before=60, with_next=True),
    Look(
        "Phụ lục", "PhuLuc", 14, bold=True, align=CENTRE, with_next=True, own_page=True, outline=0
    ),
    Look("Tên phụ lục", "TenPhuLuc", 14, bold=True, align=CENTRE, with_next=True),
    Look("Dẫn phụ lục", "DanPhuLuc", 13, italic=True, align=CENTRE, after=4, with_next=True),
    Look("Số trang", "SoTrang", 14, align=CENTRE),
    Look("Chân trang", "ChanTrang", 10, italic=True, align=CENTRE),
    Look("Ngắt phần", "NgatPhan", 1, with_next=False),
    Look("Lệnh", "Lenh", 8),  # lines that hold a condition or a loop; none is left in a report
)


def drop_what_python_docx_ships(document: Any, at: datetime) -> None:
    """Take out the styles and parts of another language that a new document begins with."""
    for style in list(document.styles):
        if style.name not in KEPT_STYLES:
            style.element.getparent().remove(style.element)
    body = document.element.body
    for element in list(body):
        if element.tag != qn("w:sectPr"):
            body.remove(element)
    foreign = ("/numbering", "/thumbnail", "/customXml", "/stylesWithEffects", "/theme")
    for rels in (document.part.rels, document.part.package.rels):
        for ident in [ident for ident, rel in rels.items() if rel.reltype.endswith(foreign)]:
            del rels[ident]
    about = document.core_properties
    about.title, about.comments, about.author = "Mẫu báo cáo", "", ""
    about.created = about.modified = at


def set_defaults(document: Any) -> None:
    """Set letters and language of everything."""
    styles = document.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    for element in list(defaults):
        defaults.remove(element)
    properties = child(child(defaults, "w:rPrDefault"), "w:rPr")
    _set_letters(properties)
    for tag in ("w:sz", "w:szCs"):
        child(properties, tag, val="28")
    child(properties, "w:lang", val="vi-VN", eastAsia="vi-VN", bidi="ar-SA")
    child(child(defaults, "w:pPrDefault"), "w:pPr")
    normal = document.styles["Normal"].element
    for tag in ("w:rPr", "w:pPr"):
        for element in normal.findall(qn(tag)):
            normal.remove(element)
    settings = document.settings.element
    for tag in ("w:themeFontLang", "w:attachedTemplate"):
        for element in settings.findall(qn(tag)):
            settings.remove(element)


def _set_letters(properties: Any) -> None:
    names = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), FONT)
    child(properties, "w:rFonts", **names)
    child(properties, "w:color", val="000000")


def child(parent: Any, tag: str, **attributes: str) -> Any:
    """Add an element with attributes of the same namespace."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def add_style(document: Any, look: Look) -> None:
    """Add one paragraph style."""
    style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(qn("w:styleId"), look.ident)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, look.italic
    shape = style.paragraph_format
    shape.alignment = look.align
    shape.first_line_indent = Mm(look.first)
    shape.left_indent, shape.right_indent = map(Mm, look.indents)
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.line_spacing = look.lines
    shape.keep_with_next, shape.page_break_before = look.with_next, look.own_page
    shape.widow_control = True
    if look.ruled:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(2)
        _border(style.element.get_or_add_pPr(), "top")
    if look.closer:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(round(-20 * look.closer)))
        style.element.get_or_add_rPr().insert_element_before(
            spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs"
        )
    if look.outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(look.outline))
        style.element.get_or_add_pPr().append(level)


def _border(properties: Any, side: str) -> None:
    """Add a thin rule to a paragraph style, where the schema wants it."""
    borders = OxmlElement("w:pBdr")
    child(borders, f"w:{side}", val="single", sz="6", space="0", color="000000")
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )


def add_table_style(document: Any, name: str, ident: str, *, bordered: bool) -> None:
    """Add a table style, with a grid or without any line."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.TABLE)
    style.element.set(qn("w:styleId"), ident)
    style.base_style = document.styles["Normal Table"]
    properties = child(style.element, "w:tblPr")
    if bordered:
        borders = child(properties, "w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            child(borders, f"w:{side}", val="single", sz="4", space="0", color="000000")
    margins = child(properties, "w:tblCellMar")
    for side in ("left", "right"):
        child(margins, f"w:{side}", w="57" if bordered else "0", type="dxa")


def lay_out(section: Any, *, landscape: bool) -> None:
    """Set A4 and the margins."""
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    sides = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.page_width, section.page_height = sides
    for side, width in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.header_distance = section.footer_distance = Mm(10)


def number_pages(section: Any) -> None:
    """Number the pages at the top, but for the first; say below what the figures are as of."""
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].style = "Số trang"
    number = section.header.paragraphs[0]
    number.style = "Số trang"
    field = child(number._p, "w:fldSimple", instr=" PAGE ")
    run = child(field, "w:r")
    child(run, "w:t").text = "2"
    for footer in (section.first_page_footer, section.footer):
        footer.paragraphs[0].text = "{{ chan_trang }}"
        footer.paragraphs[0].style = "Chân trang"


Cells = Sequence[tuple[str, str]]


def bare_table(document: Any, widths: Sequence[float], rows: int) -> Any:
    """Add a table without lines, whose cells are filled by `fill`."""
    added = _new_table(document, widths, "Không kẻ")
    for _number in range(rows):
        row = added.add_row()
        child(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return added


def _new_table(document: Any, widths: Sequence[float], style: str) -> Any:
    added = document.add_table(rows=0, cols=len(widths), style=style)
    added.autofit = False
    added.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(added.columns, widths, strict=True):
        column.width = Mm(width)
    return added


def table(document: Any, widths: Sequence[float], rows: Sequence[Cells]) -> None:
    """Add a table of (style, text) cells; its first row is repeated where it is a heading."""
    added = _new_table(document, widths, "Lưới")
    for cells in rows:
        row = added.add_row()
        properties = row._tr.get_or_add_trPr()
        child(properties, "w:cantSplit")
        if cells[0][0] == "Đầu bảng":
            child(properties, "w:tblHeader")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
        if len(cells) < len(widths):  # one text across all columns
            row.cells[0].merge(row.cells[-1])
        for cell, (look, text) in zip(_distinct(row.cells), cells, strict=True):
            first, *others = text.split("\n")
            cell.paragraphs[0].text, cell.paragraphs[0].style = first, look
            for line in others:
                cell.add_paragraph(line, style=look)


def _distinct(cells: Sequence[Any]) -> Iterator[Any]:
    """Yield each cell once; a merged one stands in a row as often as it has columns."""
    seen = None
    for cell in cells:
        if cell._tc is not seen:
            seen = cell._tc
            yield cell


def command(text: str, columns: int) -> Cells:
    """Return a table row that holds a loop; it is gone from the report."""
    return [("Lệnh", text), *([("Lệnh", "")] * (columns - 1))]


def headings(*texts: str) -> Cells:
    """Return the heading row of a table."""
    return [("Đầu bảng", text) for text in texts]


def fill(cell: Any, lines: Sequence[tuple[str, str]]) -> None:
    """Write (style, text) paragraphs into a cell."""
    (look, text), *others = lines
    cell.paragraphs[0].text, cell.paragraphs[0].style = text, look
    for look, text in others:
        cell.add_paragraph(text, style=look)


def paragraphs(document: Any, lines: Sequence[tuple[str, str]]) -> None:
    """Write (style, text) paragraphs at the end of a document."""
    for look, text in lines:
        document.add_paragraph(text, style=look)
