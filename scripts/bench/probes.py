"""What is measured: pages as the server answers them, roll-ups, files, and the naive ways."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from agencies import actions
from agencies.actions.import_files import read_upload
from agencies.actions.import_preview import preview_rows
from agencies.models import (
    Agency,
    Entry,
    RosterRecord,
    StatusRecord,
    User,
)
from agencies.models.categories import category_of
from agencies.questions import Question, ask
from reports import rollups, trends
from reports.round_trip import build_exchange
from reports.summary import build_summary

Run = Callable[[], int]  # does the work once and says how many bytes or rows came of it
OF_A_PROVINCE = 240  # agencies in the workbook that is previewed


def today() -> Question:
    """Ask about today."""
    return ask(day=timezone.localdate())


def five_years_back() -> Question:
    """Ask about the same day five years ago, as known now."""
    return ask(day=timezone.localdate() - timedelta(days=5 * 365 + 1))


QUESTIONS = {"today": today, "5 years back": five_years_back}


@dataclass(frozen=True)
class Probe:
    """One thing to measure; `cold` empties the caches before every run."""

    prepare: Callable[[Question], Run]
    has_cache: bool = False


def page(path: str, **also: str) -> Callable[[Question], Run]:
    """Return the way to a page as an officer asks for it, through the whole stack."""

    def prepare(question: Question) -> Run:
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(username="chuyenvien"))
        asked = {"as_of": question.as_of.day.isoformat(), **also}

        def run() -> int:
            response = client.get(path, asked)
            assert response.status_code == 200, (path, response.status_code)
            return len(response.getvalue())

        return run

    return prepare


def agency_page(question: Question) -> Run:
    """Return the way to the page of an agency with a long history."""
    records = Count("status_records")
    busiest = Agency.objects.annotate(records=records).order_by("-records", "code")
    return page(f"/agencies/{busiest[0].code}/")(question)


def rollup(question: Question) -> Run:
    """Return the table by group: the figure that everything else rests on."""

    def run() -> int:
        return rollups.by_group(question.as_of, question.edition).total.total

    return run


def trend(question: Question) -> Run:
    """Return the trend by months over ten years."""
    since = question.as_of.day - timedelta(days=3652)

    def run() -> int:
        return len(trends.trend(question.as_of, question.edition, since))

    return run


def summary(question: Question) -> Run:
    """Return the Excel summary."""
    return lambda: len(build_summary(question))


def import_preview(question: Question) -> Run:
    """Return the preview of one province's workbook as it comes back."""
    officer = User.objects.get(username="chuyenvien")
    codes = Agency.objects.with_status(question.as_of).order_by("code").values_list("code")
    chosen = [code for (code,) in codes[:OF_A_PROVINCE]]
    packed = SimpleUploadedFile("so.xlsx", build_exchange(question, only=chosen))
    upload = actions.keep_upload(file=packed, by=officer)

    def run() -> int:
        exchange = read_upload(upload)
        return len(preview_rows(exchange=exchange, by=officer, since=upload.since).rows)

    return run


# The naive ways


def admin_list(question: Question) -> Run:
    """Return Django's own change list of agencies with the list's columns, as many a page."""

    class Naive(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable as it runs
        list_display = ("code", "named", "standing", "since", "decision")
        list_per_page = 25

        def get_queryset(self, request: Any) -> Any:
            return Agency.objects.for_list(question.as_of, question.edition)

        def named(self, row: Any) -> str:
            return str(row.name)

        def standing(self, row: Any) -> str:
            return str(row.category)

        def since(self, row: Any) -> str:
            return str(row.since)

        def decision(self, row: Any) -> str:
            return str(row.decision_number)

    from django.contrib.messages.storage.fallback import FallbackStorage
    from django.test import RequestFactory

    site = admin.AdminSite()
    site.register(Agency, Naive)
    request = RequestFactory(SERVER_NAME="localhost").get("/")
    request.user = User.objects.get(username="quantri")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    view = site._registry[Agency].changelist_view

    def run() -> int:
        from django.urls import set_urlconf

        set_urlconf("scripts.bench.urls")
        response = view(request)
        response.render()  # type: ignore[attr-defined]
        return len(response.content)

    return run


def python_loop(question: Question) -> Run:
    """Return the count by group from every row on record, read one by one."""
    as_of, year = question.as_of, question.edition.year

    def run() -> int:
        known = Entry.objects.last_known_at(as_of.known_at)
        groups = {
            row.agency_id: row.group_id
            for row in RosterRecord.objects.all()
            if row.believed_after(known) and row.covers(as_of.day) and row.group_id
        }
        counts: dict[tuple[int, str], int] = {}
        for row in StatusRecord.objects.select_related("edition"):
            group = groups.get(row.agency_id)
            if group and row.believed_after(known) and row.covers(as_of.day):
                key = group, category_of(row.stage, row.edition and row.edition.year, year)
                counts[key] = counts.get(key, 0) + 1
        return sum(counts.values())

    return run


BARE = """
SELECT r.group_id, s.stage, s.edition_id, COUNT(*)
FROM agencies_rosterrecord r JOIN agencies_statusrecord s ON s.agency_id = r.agency_id
WHERE r.recorded_id <= %(known)s AND (r.superseded_id IS NULL OR r.superseded_id > %(known)s)
  AND r.valid_from <= %(day)s AND (r.valid_to IS NULL OR r.valid_to > %(day)s)
  AND r.group_id IS NOT NULL
  AND s.recorded_id <= %(known)s AND (s.superseded_id IS NULL OR s.superseded_id > %(known)s)
  AND s.valid_from <= %(day)s AND (s.valid_to IS NULL OR s.valid_to > %(day)s)
GROUP BY r.group_id, s.stage, s.edition_id
"""
COVERING = """
CREATE INDEX bench_roster ON agencies_rosterrecord
    (agency_id, valid_from, valid_to, recorded_id, superseded_id, group_id);
CREATE INDEX bench_status ON agencies_statusrecord
    (agency_id, valid_from, valid_to, recorded_id, superseded_id, stage, edition_id);
ANALYZE
"""


def bare_sql(question: Question) -> Run:
    """Return the bare statement of the roll-up, with its best covering indexes."""
    day: date | str = question.as_of.day
    asked = {
        "known": Entry.objects.last_known_at(question.as_of.known_at),
        "day": day if connection.vendor == "postgresql" else str(day),
    }

    def run() -> int:
        with connection.cursor() as cursor:
            cursor.execute(BARE, asked)
            return sum(number for *_what, number in cursor.fetchall())

    return run


@contextmanager
def covering_indexes() -> Iterator[None]:
    """Add the indexes of the bare statement for a block, and take them away."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in COVERING.split(";"):
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def plain_rows(question: Question) -> list[list[list[Any]]]:
    """Return the cells of the summary, sheet by sheet, as a reader finds them."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(build_summary(question)), read_only=True)
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book]


def written(question: Question, *, write_only: bool) -> Run:
    """Return a workbook of the summary's rows without styles, formulas or charts."""
    sheets = plain_rows(question)

    def run() -> int:
        book = Workbook(write_only=write_only)
        for sheet in list(book):
            book.remove(sheet)
        for rows in sheets:
            sheet = book.create_sheet()
            for row in rows:
                sheet.append(row)
        out = BytesIO()
        book.save(out)
        return len(out.getvalue())

    return run


def openpyxl_normal(question: Question) -> Run:
    """Return the rows of the summary by openpyxl in its normal mode."""
    return written(question, write_only=False)


def openpyxl_write_only(question: Question) -> Run:
    """Return the rows of the summary by openpyxl in its write-only mode."""
    return written(question, write_only=True)


def xlsxwriter_plain(question: Question) -> Run:
    """Return the rows of the summary by XlsxWriter, nothing kept in memory."""
    import xlsxwriter

    sheets = plain_rows(question)

    def run() -> int:
        out = BytesIO()
        with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            for rows in sheets:
                sheet = book.add_worksheet()
                for place, row in enumerate(rows):
                    for column, value in enumerate(row):
                        if isinstance(value, date):
                            sheet.write_datetime(place, column, value, day)
                        elif value is not None:
                            sheet.write(place, column, value)
        return len(out.getvalue())

    return run


PROBES: dict[str, Probe] = {
    "cheapest page": Probe(page("/bench/nothing/")),
    "dashboard": Probe(page("/"), has_cache=True),
    "list": Probe(page("/agencies/"), has_cache=True),
    "list, page 50": Probe(page("/agencies/", page="50"), has_cache=True),
    "search": Probe(page("/agencies/", q="tan binh"), has_cache=True),
    "search, decision": Probe(page("/agencies/", q="166/QĐ-UBND"), has_cache=True),
    "agency page": Probe(agency_page, has_cache=True),
    "change report": Probe(page("/reports/changes/"), has_cache=True),
    "charts": Probe(page("/reports/charts/"), has_cache=True),
    "plans": Probe(page("/plans/"), has_cache=True),
    "work list": Probe(page("/to-do/"), has_cache=True),
    "import preview": Probe(import_preview),
    "as-of roll-up": Probe(rollup),
    "trend of ten years": Probe(trend),
    "summary workbook": Probe(summary),
    "naive: admin change list": Probe(admin_list),
    "naive: Python loop": Probe(python_loop),
    "naive: bare SQL, covering index": Probe(bare_sql),
    "naive: openpyxl, normal": Probe(openpyxl_normal),
    "naive: openpyxl, write-only": Probe(openpyxl_write_only),
    "naive: XlsxWriter, plain": Probe(xlsxwriter_plain),
}
