"""The acts that are killed: each is prepared whole, and then one stroke carries it out."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path

from django.db import connections
from openpyxl import Workbook

from agencies.models import Edition, Reorganisation, Stage, StatusRecord
from scripts.faults.browser import Answer, Browser, Fields, Files
from scripts.faults.site import Site

GROUP = "CAP_XA"
IMPORTED, UPDATED, MERGED = 400, 100, 40  # agencies of one act; merged are pairs
STOCK, PAIRED = 800, 2 * MERGED
AGENCIES = (
    "Mã cơ quan",
    "Tên cơ quan",
    "Mã nhóm",
    "Mã cơ quan cấp trên",
    "Mã ĐVHC",
    "Từ ngày",
    "Đến ngày",
)
STATUSES = (
    "Mã cơ quan",
    "Tình trạng",
    "Phiên bản",
    "Từ ngày",
    "Số quyết định",
    "Ngày quyết định",
    "Số TTHC",
    "Ghi chú",
)
DECREE = (
    "Số văn bản",
    "Ngày hiệu lực",
    "Mã cơ quan trước sắp xếp",
    "Mã cơ quan",
    "Tên cơ quan",
    "Mã nhóm",
    "Mã cơ quan cấp trên",
    "Mã ĐVHC",
    "Tình trạng đầu",
)
PAPER = b"%PDF-1.4\n" + b"% " + b"kontum " * 40_000 + b"\n%%EOF\n"


@dataclass(frozen=True)
class Stroke:
    """One act ready to be carried out: a form to send, or a command to run.

    `expects` are the changes known beforehand, by hand; a trial without a kill tells the rest.
    """

    expects: dict[str, int]
    form: Callable[[], Answer] | None = None
    command: tuple[str, ...] = ()


class Office:
    """Prepares acts on one site; numbers are never used twice."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site, self.browser = site, browser
        self.backups = site.folder / "backups"
        self._numbers = count(1)

    def fill(self) -> None:
        """Add the agencies that later acts are about to the demonstration data."""
        codes = [f"TT{n:03d}" for n in range(STOCK)] + [f"SX{n:03d}" for n in range(PAIRED)]
        file = self.site.folder / "stock.xlsx"
        file.write_bytes(workbook(codes, declared=0))
        self.site.run("import_workbook", str(file))

    def prepare(self, name: str) -> Stroke:
        """Prepare an act by its name."""
        number = next(self._numbers)
        if name == "reorganisation" and (event := event_in_force()):
            return self._undoing(event)
        prepared: dict[str, Callable[[int], Stroke]] = {
            "import": self._import,
            "bulk update": self._bulk,
            "reorganisation": self._reorganisation,
            "freeze": self._freeze,
            "backup": self._backup,
        }
        return prepared[name](number)

    def _import(self, number: int) -> Stroke:
        codes = [f"N{number:04d}X{n:03d}" for n in range(IMPORTED)]
        file = {"file": ("so.xlsx", workbook(codes, declared=IMPORTED // 2))}
        kept = self.browser.post("/agencies/exchange/uploads/", [("x", "")], file)
        assert kept.is_taken, kept.body
        path = kept.headers["Location"]
        page = self.browser.get(path)
        fields = [("reason", f"Đợt {number}"), ("seen", page.values("seen")[0])]
        fields += [(name, value) for name in ("take", "others") for value in page.values(name)]
        expects = {"agencies": IMPORTED, "entries": 1, "imports": 1}
        return Stroke(expects | {"converted": IMPORTED // 2}, self._form(path, fields))

    def _bulk(self, number: int) -> Stroke:
        codes = ",".join(next_of_stock())
        page = self.browser.get(f"/agencies/bulk/?chosen={codes}")
        fields = [
            ("chosen", codes),
            ("stage", "applied"),
            ("edition", str(edition())),
            ("decision_number", f"{number}/QĐ-UBND"),
            ("decision_date", "20/11/2021"),
            ("seen", page.values("seen")[0]),
        ]
        form = self._form("/agencies/bulk/", fields, {"document": (f"{number}.pdf", PAPER)})
        return Stroke({"converted": UPDATED, "entries": 1}, form)

    def _reorganisation(self, number: int) -> Stroke:
        file = self.site.folder / "decree.csv"
        write_decree(file, number)
        expects = {"entries": 1, "reorganisations": 1, "total": -MERGED}
        return Stroke(expects, command=("apply_reorganisation", str(file), "--by", "chuyenvien"))

    def _undoing(self, event: Reorganisation) -> Stroke:
        path = f"/agencies/entries/{event.entry_id}/undo/"
        seen = self.browser.get(path).values("seen")[0]
        form = self._form(path, [("reason", "Làm lại"), ("seen", seen)])
        return Stroke({"entries": 1, "total": MERGED}, form)

    def _freeze(self, number: int) -> Stroke:
        path = "/reports/submissions/new/"
        seen = self.browser.get(path).values("seen")[0]
        fields = [("title", f"Báo cáo số {number}"), ("reason", "Thử"), ("seen", seen)]
        return Stroke({"submissions": 1, "seals": 1}, self._form(path, fields))

    def _backup(self, number: int) -> Stroke:
        return Stroke({}, command=("backup", str(self.backups)))

    def _form(self, path: str, fields: Fields, files: Files | None = None) -> Callable[[], Answer]:
        return lambda: self.browser.post(path, fields, files)


def workbook(codes: list[str], *, declared: int) -> bytes:
    """Return a workbook of new agencies, of which the first ones have declared."""
    book = Workbook()
    del book["Sheet"]
    agencies, statuses = book.create_sheet("Cơ quan"), book.create_sheet("Tình trạng")
    agencies.append(AGENCIES)
    statuses.append(STATUSES)
    for code in codes:
        agencies.append((code, f"UBND xã {code}", GROUP, None, None, "01/01/2012", None))
    for code in codes[:declared]:
        decision = (f"{code}/QĐ", "15/03/2018")
        statuses.append((code, "áp dụng", "TCVN ISO 9001:2015", "15/03/2018", *decision, 40, None))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def write_decree(file: Path, number: int) -> None:
    """Write a decree that merges the pairs of the stock."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(DECREE)
        for row in merged_rows(number):
            writer.writerow((f"{number}/NQ", "01/03/2024", *row))


def merged_rows(number: int) -> Iterator[tuple[str, ...]]:
    """Yield who becomes whom."""
    for n in range(MERGED):
        pair, code = f"SX{2 * n:03d}; SX{2 * n + 1:03d}", f"H{number:04d}X{n:03d}"
        yield pair, code, f"UBND xã {code}", GROUP, "", "", "công bố lại"


def event_in_force() -> Reorganisation | None:
    """Return the reorganisation that the run has applied and not undone."""
    events = Reorganisation.objects.filter(entry__undone_by__isnull=True)
    event = events.order_by("-pk").first()
    connections.close_all()
    return event


def next_of_stock() -> list[str]:
    """Return the codes of agencies of the stock that have not begun."""
    rows = StatusRecord.objects.believed().filter(
        valid_to=None, stage=Stage.NOT_STARTED, agency__code__startswith="TT"
    )
    codes = list(rows.order_by("agency__code").values_list("agency__code", flat=True)[:UPDATED])
    connections.close_all()
    return codes


def edition() -> int:
    """Return the id of the edition that agencies move to."""
    pk = Edition.objects.order_by("-year").values_list("pk", flat=True)[0]
    connections.close_all()
    return pk
