"""Printed figures beside the roster and beside themselves: what differs, and why."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone

from activities import rollups as activities
from agencies.actions import record_status
from agencies.asof import AsOf
from agencies.models import Agency, AgencyGroup, Edition, StatusFacts
from reports import rollups
from reports.actions import (
    PublicationFacts,
    add_published_figures,
    explain_finding,
    withdraw_publication,
)
from reports.models import Measure, Publication, PublishedFigure, Unit
from reports.published import PrintedFigure, read_figures
from reports.reconcile import Percentage, percentage_of, reconcile
from tests.test_published import ACTIVITIES, PARAGRAPH

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
DAY = date(2021, 11, 15)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOBODY = "Văn bản"


def published(lan, *figures: PrintedFigure, day: date = DAY, as_of: date | None = None):
    """Return the report of a source with these figures."""
    facts = PublicationFacts(NOBODY, day, as_of)
    add_published_figures(publication=facts, figures=figures, by=lan)
    (report,) = (row for row in reconcile(AsOf.now()) if row.publication.source == NOBODY)
    return report


def said(report) -> list[tuple[object, ...]]:
    return [(row.figure.group, row.measure, row.printed, row.computed) for row in report.findings]


def row(group: str, measure: str, count: int, whole: int | None = None, **more) -> PrintedFigure:
    return PrintedFigure("", group, measure, count, whole, **{"edition": "2015", **more})


def test_the_article_has_one_finding_and_the_row_that_explains_it():
    (report,) = reconcile(AsOf.now())
    (finding,) = report.findings

    assert (finding.figure.group, finding.printed, finding.computed) == ("", 32, 41)
    assert finding.measure == Measure.OLDER_EDITION
    assert "01 + 03 + 09 + 28" in finding.explanation
    assert "Chi cục trực thuộc Sở (09)" in finding.explanation
    assert "15/11/2021" in finding.explanation


def test_what_the_article_leaves_open_are_notes():
    (report,) = reconcile(AsOf.now())
    about = [note.figure.quote if note.figure else "" for note in report.notes]
    assert about == ["", "74/102", "1.067 lượt cán bộ", "90 lượt kiểm tra"]


def test_the_article_reads_the_same_with_the_knowledge_of_its_day():
    then = AsOf(DAY, datetime(2021, 11, 15, 8, tzinfo=HANOI))
    (report,) = reconcile(then)
    assert [(row.printed, row.computed) for row in report.findings] == [(32, 41)]


def test_computed_figures_are_those_of_the_rollup():
    (report,) = reconcile(AsOf.now())
    table = rollups.by_group(AsOf(DAY, timezone.now()), Edition.objects.get(year=2015))
    for compared in report.rows:
        if compared.figure.measure == Measure.CONVERTED:
            group = compared.figure.group
            counts = table.row(group).counts if group else table.total
            assert compared.computed == counts.converted


def test_a_source_is_not_looked_at_before_it_appeared():
    assert reconcile(AsOf(date(2021, 11, 14), timezone.now())) == ()


def test_a_pasted_paragraph_has_the_same_one_finding(lan):
    names = {group.code: group.name for group in AgencyGroup.objects.all()}
    report = published(lan, *read_figures(PARAGRAPH + ACTIVITIES, names).rows)
    assert said(report) == [("", Measure.OLDER_EDITION, 32, 41)]


def test_a_source_is_compared_at_its_as_of_day(lan):
    table = rollups.by_group(
        AsOf(date(2019, 12, 31), timezone.now()), Edition.objects.get(year=2015)
    )
    total = table.total
    figure = row("", Measure.CONVERTED, total.converted, total.total)
    assert said(published(lan, figure, as_of=date(2019, 12, 31))) == []


def test_a_wrong_count_is_a_finding_of_its_group(lan):
    report = published(lan, row("CAP_XA", Measure.CONVERTED, 75, 102))
    assert said(report) == [("CAP_XA", Measure.CONVERTED, 75, 74)]


def test_a_wrong_denominator_is_a_finding_about_agencies_in_all(lan):
    report = published(lan, row("CAP_XA", Measure.CONVERTED, 74, 97))
    assert said(report) == [("CAP_XA", Measure.TOTAL, 97, 102)]


def test_a_row_that_does_not_balance_is_told_once(lan):
    report = published(
        lan,
        row("CHI_CUC", Measure.CONVERTED, 6, 16),
        row("CHI_CUC", Measure.NOT_CONVERTED, 9),
    )
    assert said(report) == [("CHI_CUC", Measure.NOT_CONVERTED, 9, 10)]
    assert "15 (06 + 09)" in report.findings[0].explanation


def test_a_row_need_not_differ_from_the_roster_to_be_out_of_balance(lan):
    report = published(
        lan,
        row("CAP_TINH", Measure.CONVERTED, 19, 20),
        row("CAP_TINH", Measure.NOT_CONVERTED, 3),
        day=date(2001, 1, 1),
    )
    assert said(report) == [("CAP_TINH", Measure.TOTAL, 20, 22)]


def test_columns_are_added_up_where_the_roster_is_silent(lan):
    rows = [
        row("CAP_TINH", Measure.CONVERTED, 19, 20),
        row("CAP_HUYEN", Measure.CONVERTED, 7, 10),
        row("", Measure.CONVERTED, 27),
    ]
    report = published(lan, *rows, day=date(2001, 1, 1))
    assert said(report) == [("", Measure.CONVERTED, 27, 26)]


def test_a_row_counted_twice_explains_a_total_too_large(lan):
    fractions = [
        row(group.group, Measure.CONVERTED, group.counts.converted, group.counts.total)
        for group in rollups.by_group(
            AsOf(DAY, timezone.now()), Edition.objects.get(year=2015)
        ).rows
    ]
    report = published(lan, *fractions, row("", Measure.CONVERTED, 113))
    assert said(report) == [("", Measure.CONVERTED, 113, 106)]
    assert "UBND cấp huyện (07)" in report.findings[0].explanation


@pytest.mark.parametrize(
    ("printed", "stands"),
    [
        ("71,62%", Percentage.ROUNDED),  # 71.6216…
        ("71,6 %", Percentage.ROUNDED),
        ("72%", Percentage.ROUNDED),
        ("71%", Percentage.TRUNCATED),
        ("71.621%", Percentage.TRUNCATED),
        ("71,63%", Percentage.WRONG),
        ("về 71%", None),
        ("", None),
    ],
)
def test_a_percentage_is_exact_rounded_truncated_or_wrong(printed, stands):
    assert percentage_of(printed, 106, 148) == stands


def test_an_exact_percentage_is_told_from_a_rounded_one():
    assert percentage_of("95,00%", 19, 20) == Percentage.EXACT
    assert percentage_of("95,34 %", 41, 43) == Percentage.TRUNCATED  # 95.348…
    assert percentage_of("95,35 %", 41, 43) == Percentage.ROUNDED


def test_a_wrong_percentage_is_a_finding_and_a_truncated_one_a_note(lan):
    report = published(
        lan,
        row("", Measure.CONVERTED, 106, 148, percent="71,63%"),
        row("CAP_XA", Measure.CONVERTED, 74, 102, percent="72,54%"),
    )
    assert said(report) == [("", Measure.CONVERTED, "71,63%", "71,62%")]
    assert [note.figure.percent for note in report.notes if note.figure] == ["72,54%"]


def test_visits_are_never_taken_for_agencies(lan):
    report = published(
        lan,
        row("", Measure.INSPECTED, 90, unit=Unit.AGENCIES),
        row("", Measure.CONVERTED, 106, unit=Unit.VISITS),
        row("", Measure.TRAINED, 1067),
    )
    assert said(report) == [
        ("", Measure.INSPECTED, 90, 75),
        ("", Measure.CONVERTED, 106, None),
        ("", Measure.TRAINED, 1067, None),
    ]
    assert "90 là số lượt kiểm tra" in report.findings[0].explanation


def test_activities_on_record_are_compared_in_all_or_of_the_year(lan):
    """In 2021 there were 13 visits, of 90, at 12 agencies; one course of the group of districts."""
    visits = activities.visits(AsOf(DAY, timezone.now()))
    of_2021 = [visit for visit in visits if visit.visited_on.year == 2021]
    attended = activities.attendances_by_group(AsOf(DAY, timezone.now()))
    districts = next(found for found in attended if found.key == "CAP_HUYEN")
    report = published(
        lan,
        row("", Measure.INSPECTED, 90, unit=Unit.VISITS),
        row("", Measure.INSPECTED, len(of_2021), unit=Unit.VISITS),
        row("", Measure.INSPECTED, 75, unit=Unit.AGENCIES),
        row("", Measure.TRAINED, 1068, unit=Unit.ATTENDANCES),
        row("CAP_HUYEN", Measure.TRAINED, districts.attendances, unit=Unit.ATTENDANCES),
    )
    assert said(report) == [("", Measure.TRAINED, 1068, 1067)]
    assert "1.067" in report.findings[0].explanation
    about = [note.text for note in report.notes if note.figure]
    assert ["2021;" in text or "năm 2021" in text for text in about] == [
        False, True, False, False, False
    ]  # fmt: skip


def test_without_activities_on_record_they_are_a_note(lan):
    report = published(lan, row("", Measure.INSPECTED, 9, unit=Unit.VISITS), day=date(2012, 6, 30))
    assert report.findings == ()
    assert any("chưa ghi nhận" in note.text for note in report.notes)


def test_an_unknown_group_is_a_note(lan):
    report = published(lan, row("QUAN", Measure.CONVERTED, 5, 9))
    assert report.findings == ()
    assert any("QUAN" in note.text for note in report.notes)


def test_the_command_prints_findings_and_notes_as_json(lan):
    figure = PublishedFigure.objects.get(measure=Measure.OLDER_EDITION)
    explain_finding(figure=figure, text="Bỏ sót dòng Chi cục khi cộng", by=lan)
    out = StringIO()
    call_command("reconcile", "--format", "json", "--as-of", "2021-11-15", stdout=out)
    answer = json.loads(out.getvalue())

    assert set(answer) == {"findings", "notes"}
    (finding,) = answer["findings"]
    assert set(finding) == {"source", "group", "measure", "printed", "computed", "explanation"}
    assert (finding["group"], finding["measure"]) == ("", "older_edition")
    assert (finding["printed"], finding["computed"]) == (32, 41)
    assert "Chi cục trực thuộc Sở" in finding["explanation"]
    assert "Bỏ sót dòng Chi cục khi cộng" in finding["explanation"]
    assert len([note for note in answer["notes"] if note["source"]]) == 4
    head = [note["text"] for note in answer["notes"] if not note["source"]]
    assert "15/11/2021" in head[0]
    assert "Dữ liệu minh họa" in head[1]
    figure.refresh_from_db()
    assert figure.count == 32


def test_the_command_prints_the_same_as_text():
    out = StringIO()
    call_command("reconcile", stdout=out)
    text = out.getvalue()
    assert text.count("  ! ") == 1
    assert text.count("  - ") == 4
    assert "Dữ liệu minh họa" in text
    assert "32" in text


def test_the_queries_do_not_grow_with_the_sources(lan, django_assert_max_num_queries):
    for number in range(5):
        facts = PublicationFacts(f"Văn bản {number}", DAY)
        figures = [row("CAP_XA", Measure.CONVERTED, 74, 102)]
        add_published_figures(publication=facts, figures=figures, by=lan)
    with django_assert_max_num_queries(21):
        reconcile(AsOf.now())


def known_then(moment: datetime) -> AsOf:
    return AsOf(date(2026, 1, 1), moment)


def test_a_source_entered_later_is_not_known_to_an_earlier_moment(lan):
    before = timezone.now()
    published(lan, row("CAP_XA", Measure.CONVERTED, 75, 102))

    assert [report.publication.source == NOBODY for report in reconcile(known_then(before))] == [
        False
    ]
    assert len(reconcile(AsOf.now())) == 2


def test_the_article_is_known_from_the_morning_on_which_it_appeared():
    entered = datetime(2021, 11, 15, 7, 30, tzinfo=HANOI)
    assert len(reconcile(AsOf(DAY, entered))) == 1
    assert reconcile(AsOf(DAY, entered - timedelta(seconds=1))) == ()
    article = Publication.objects.get()
    assert article.loaded_at is not None
    assert article.loaded_at.year > 2021


def test_only_the_demonstration_s_first_publication_is_dated_in_the_past(lan):
    with pytest.raises(ValueError, match="past"):
        add_published_figures(
            publication=PublicationFacts(NOBODY, DAY),
            figures=[row("", Measure.TOTAL, 148)],
            by=lan,
            demonstration_at=datetime(2021, 11, 15, tzinfo=HANOI),
        )


def test_what_is_explained_later_is_not_known_to_an_earlier_moment(lan):
    figure = PublishedFigure.objects.get(measure=Measure.OLDER_EDITION)
    before = timezone.now()
    explain_finding(figure=figure, text="Bỏ sót dòng Chi cục", by=lan)

    said = [
        finding.attached
        for moment in (before, timezone.now())
        for report in reconcile(known_then(moment))
        for finding in report.findings
    ]
    assert said == ["", "Bỏ sót dòng Chi cục"]


def test_a_withdrawn_source_differs_from_nothing_from_then_on(lan):
    published(lan, row("CAP_XA", Measure.CONVERTED, 75, 102))
    source = Publication.objects.get(source=NOBODY)
    before = timezone.now()
    withdraw_publication(publication=source, reason="Gõ nhầm 74 thành 75", by=lan)

    (then,) = (r for r in reconcile(known_then(before)) if r.publication == source)
    (now,) = (r for r in reconcile(AsOf.now()) if r.publication == source)
    assert (len(then.findings), then.withdrawn) == (1, None)
    assert (now.findings, now.checks) == ((), ())
    assert "Gõ nhầm 74 thành 75" in now.notes[0].text
    assert [(one.figure.count, one.computed) for one in now.rows] == [(75, None)]


def test_an_older_edition_that_is_named_is_counted_alone(lan):
    old = Edition.objects.get(year=2000)
    agency = Agency.objects.get(code="X031")
    facts = StatusFacts("applied", old.pk, decision_number="1/QĐ", decision_date=DAY)
    day = date(2021, 11, 1)
    record_status(agency=agency, valid_from=day, facts=facts, reason="thử", by=lan)
    table = rollups.by_group(AsOf.now().on(DAY), Edition.objects.get(year=2015))

    (article,) = (r for r in reconcile(AsOf.now()))
    named = next(r for r in article.rows if r.figure.measure == Measure.OLDER_EDITION)
    report = published(lan, row("", Measure.OLDER_EDITION, 1, edition=""))
    assert report.rows[0].computed == table.total.older_edition
    assert named.computed == table.total.older_edition - 1


def test_a_source_s_sums_are_those_of_its_rows_and_columns():
    (report,) = reconcile(AsOf.now())
    found = [
        (check.is_column, check.whole.figure.group, check.whole.number, check.added)
        for check in report.checks
    ]
    assert found == [
        (False, "CAP_TINH", 20, 20),
        (False, "CAP_HUYEN", 10, 10),
        (False, "CHI_CUC", 16, 16),
        (False, "CAP_XA", 102, 102),
        (True, "", 106, 106),
        (True, "", 32, 41),
    ]


def test_a_note_names_a_figure_without_quote_by_its_words(lan):
    report = published(lan, row("CAP_XA", Measure.CONVERTED, 74, 102, edition=""))
    (text,) = (note.text for note in report.notes if note.figure)
    group = AgencyGroup.objects.get(code="CAP_XA").label
    assert group in text
    assert "CAP_XA" not in text
