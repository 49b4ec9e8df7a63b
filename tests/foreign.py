"""Workbooks as other programs write them, put together part by part.

Nobody can run Google Sheets, WPS or Excel here, so their files are imitated in what sets them
apart for a reader. The traits are named at each function.
"""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

TRANSITIONAL = "http://schemas.openxmlformats.org"
STRICT = "http://purl.oclc.org/ooxml"
EPOCH = date(1899, 12, 30)
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
Sheets = Mapping[str, Sequence[Sequence[Any]]]


@dataclass
class Package:
    """The parts that differ from program to program."""

    cell: Callable[[str, Any, list[str]], str]
    styles: str
    main: str = f"{TRANSITIONAL}/spreadsheetml/2006/main"
    relations: str = f"{TRANSITIONAL}/officeDocument/2006/relationships"
    book: str = ""  # attributes and elements before the sheets
    after_rows: str = ""
    hidden: Sequence[str] = ()
    more: Mapping[str, str] | None = None

    def write(self, path: Path, sheets: Sheets) -> Path:
        """Write the sheets, a title to its rows."""
        strings: list[str] = []
        parts = {
            f"xl/worksheets/sheet{n}.xml": self._sheet(rows, strings)
            for n, rows in enumerate(sheets.values(), 1)
        }
        parts["xl/workbook.xml"] = self._book(list(sheets))
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{self.main}">{self.styles}</styleSheet>'
        items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in strings)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{self.main}">{items}</sst>'
        kinds = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        kinds += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        parts["xl/_rels/workbook.xml.rels"] = self._relations(kinds)
        parts["_rels/.rels"] = self._relations([("officeDocument", "xl/workbook.xml")])
        parts["[Content_Types].xml"] = _types(len(sheets))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, text in {**parts, **(self.more or {})}.items():
                head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                package.writestr(name, head + text)
        return path

    def _sheet(self, rows: Sequence[Sequence[Any]], strings: list[str]) -> str:
        lines = [
            f'<row r="{at}">'
            + "".join(
                self.cell(f"{chr(64 + column)}{at}", value, strings)
                for column, value in enumerate(row, 1)
            )
            + "</row>"
            for at, row in enumerate(rows, 1)
        ]
        return (
            f'<worksheet xmlns="{self.main}" xmlns:r="{self.relations}"><sheetData>'
            f"{''.join(lines)}</sheetData>{self.after_rows}</worksheet>"
        )

    def _book(self, titles: Sequence[str]) -> str:
        sheets = "".join(
            f'<sheet name={quoteattr(title)} sheetId="{n}" '
            f'{"state=" + quoteattr("hidden") if title in self.hidden else ""} r:id="rId{n}"/>'
            for n, title in enumerate(titles, 1)
        )
        return (
            f'<workbook xmlns="{self.main}" xmlns:r="{self.relations}">{self.book}'
            f"<sheets>{sheets}</sheets></workbook>"
        )

    def _relations(self, kinds: Sequence[tuple[str, str]]) -> str:
        one = f'Type="{self.relations}/'
        said = "".join(
            f'<Relationship Id="rId{n}" {one}{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(kinds, 1)
        )
        space = f"{TRANSITIONAL}/package/2006/relationships"
        return f'<Relationships xmlns="{space}">{said}</Relationships>'


def _types(sheets: int) -> str:
    parts = [(f"worksheets/sheet{n}", "worksheet") for n in range(1, sheets + 1)]
    parts += [("workbook", "sheet.main"), ("styles", "styles"), ("sharedStrings", "sharedStrings")]
    said = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{TYPES}{kind}+xml"/>'
        for name, kind in parts
    )
    defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    defaults += 'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    space = f"{TRANSITIONAL}/package/2006/content-types"
    return f'<Types xmlns="{space}">{defaults}{said}</Types>'


def _shared(text: str, strings: list[str]) -> int:
    strings.append(escape(text))
    return len(strings) - 1


def serial(day: date) -> int:
    """Return the number that stands for a day."""
    return (day - EPOCH).days


def _styles(format_code: str, number: int = 164) -> str:
    """Return styles of which number 1 shows days in a format of its own."""
    own = f'<numFmt numFmtId="{number}" formatCode={quoteattr(format_code)}/>'
    return (
        f'<numFmts count="1">{own if number >= 164 else ""}</numFmts>'
        '<fonts count="1"><font><sz val="10"/><name val="Arial"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="{number}" applyNumberFormat="1"/>'
        '</cellXfs><dxfs count="0"/>'
    )


def google_sheets(path: Path, sheets: Sheets, hidden: Sequence[str] = ()) -> Path:
    """Write a workbook as Google Sheets' "Download as .xlsx" does.

    No docProps; whole numbers with a decimal (`40.0`), days among them, under a number format
    of its own; formatted empty cells and empty rows far below the data; validations written
    anew and protection lost; hidden sheets and a hidden defined name kept; namespaces of Macs.
    """

    def cell(place: str, value: Any, strings: list[str]) -> str:
        if value is None:
            return f'<c r="{place}" s="0"/>'
        if isinstance(value, bool):
            return f'<c r="{place}" s="0" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, date):
            return f'<c r="{place}" s="1"><v>{serial(value)}.0</v></c>'
        if isinstance(value, int):
            return f'<c r="{place}" s="0"><v>{value}.0</v></c>'
        return f'<c r="{place}" s="0" t="s"><v>{_shared(str(value), strings)}</v></c>'

    validation = (
        '<dataValidations><dataValidation type="list" allowBlank="1" showErrorMessage="1" '
        'sqref="B2:B900"><formula1>"áp dụng,đang xây dựng"</formula1></dataValidation>'
        "</dataValidations>"
    )
    empty = [[None] * 8] * 40
    package = Package(cell, _styles("dd/MM/yyyy"), after_rows=validation, hidden=hidden)
    package.book = "<workbookPr/>"
    return package.write(path, {title: [*rows, *empty] for title, rows in sheets.items()})


def strict(path: Path, sheets: Sheets) -> Path:
    """Write a workbook as Excel's "Strict Open XML Spreadsheet" does (ISO 29500 strict).

    Other namespaces and kinds of relationships throughout; days as ISO text of type `d`.
    """

    def cell(place: str, value: Any, strings: list[str]) -> str:
        if value is None:
            return ""
        if isinstance(value, date):
            return f'<c r="{place}" s="1" t="d"><v>{value.isoformat()}T00:00:00.000</v></c>'
        if isinstance(value, int):
            return f'<c r="{place}"><v>{value}</v></c>'
        return f'<c r="{place}" t="s"><v>{_shared(str(value), strings)}</v></c>'

    package = Package(
        cell,
        _styles("dd/mm/yyyy"),
        main=f"{STRICT}/spreadsheetml/main",
        relations=f"{STRICT}/officeDocument/relationships",
        book='<workbookPr dateCompatibility="0"/>',
    )
    return package.write(path, sheets)


def wps(path: Path, sheets: Sheets) -> Path:
    """Write a workbook as WPS Spreadsheets does.

    Days under the numbers of East Asian formats (58), which no list of styles explains; texts
    inline, with phonetic hints; properties and extensions of its own beside.
    """

    def cell(place: str, value: Any, strings: list[str]) -> str:
        if value is None:
            return f'<c r="{place}"/>'
        if isinstance(value, date):
            return f'<c r="{place}" s="1"><v>{serial(value)}</v></c>'
        if isinstance(value, int):
            return f'<c r="{place}"><v>{value}</v></c>'
        text = f'<t xml:space="preserve">{escape(str(value))} </t><rPh sb="0" eb="1"><t>a</t></rPh>'
        return f'<c r="{place}" t="inlineStr"><is>{text}</is></c>'

    more = '<extLst><ext uri="{0}" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>'
    package = Package(cell, _styles("", 58), after_rows=f"{more}</extLst>")
    package.more = {"docProps/custom.xml": "<Properties><KSOProductBuildVer/></Properties>"}
    return package.write(path, sheets)
