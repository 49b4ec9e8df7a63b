"""Duty as data: who has one on a day, and every figure asked for those with a duty only."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from openpyxl import load_workbook

from agencies.asof import AsOf
from agencies.models import Agency, Duty, DutyKind, data_version
from agencies.questions import BadQuestion, ask, read_question
from reports import change_report, changes, conversions, rollups, trends
from reports.actions import PublicationFacts, add_published_figures
from reports.freezing import freeze_submission
from reports.published import PrintedFigure
from reports.reconcile import reconcile
from reports.repeating import repeat
from reports.summary import build_summary

DAY = date(2022, 12, 31)


@pytest.fixture
def duties(small_province):
    """Departments are bound from 2014 on; sub-departments encouraged, from 2020 ordered.

    SO-NN is not subject from 2021 on; CC-TL is bound by a decision of its own from 2019 on.
    """
    rows = [
        ("group", "SO", DutyKind.MANDATORY, date(2014, 1, 1), None),
        ("group", "CC", DutyKind.ENCOURAGED, date(2014, 1, 1), date(2020, 1, 1)),
        ("group", "CC", DutyKind.ORDERED, date(2020, 1, 1), None),
        ("agency", "SO-NN", DutyKind.NOT_SUBJECT, date(2021, 1, 1), None),
        ("agency", "CC-TL", DutyKind.MANDATORY, date(2019, 1, 1), date(2020, 1, 1)),
    ]
    for what, code, kind, begins, ends in rows:
        whom = small_province.groups[code] if what == "group" else small_province[code]
        Duty.objects.create(
            **{what: whom}, kind=kind, valid_from=begins, valid_to=ends, legal_source="nguồn"
        )
    return small_province


def those_with_a_duty(day, edition):
    rows = rollups.standings(AsOf(day, timezone.now(), duty_only=True), edition)
    return [row.code for row in rows]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2013, 12, 31), set()),  # nothing on record is no duty
        (date(2014, 1, 1), {"SO-KHCN", "SO-NN", "THANH-TRA"}),  # encouraged is none
        (date(2019, 12, 31), {"SO-KHCN", "SO-NN", "THANH-TRA", "CC-TL"}),  # its own
        (date(2020, 1, 1), {"SO-KHCN", "SO-NN", "THANH-TRA", "CC-TDC", "CC-KL", "CC-TL"}),
        (date(2021, 1, 1), {"SO-KHCN", "THANH-TRA", "CC-TDC", "CC-KL", "CC-TL"}),  # not subject
    ],
)
def test_who_has_a_duty_on_a_day(duties, day, expected):
    assert set(those_with_a_duty(day, duties.edition_2015)) == expected


def test_every_rollup_answers_alike(duties):
    edition, as_of = duties.edition_2015, AsOf(DAY, timezone.now(), duty_only=True)
    table = rollups.by_group(as_of, edition)
    assert [row.counts.fraction for row in table.rows] == ["01/02", "03/03"]
    for point in trends.trend(as_of, edition, date(2013, 1, 1)):
        assert point.table == rollups.by_group(as_of.on(point.day), edition), point.day
    listed = Agency.objects.for_list(as_of, edition)
    assert listed.count() == table.total.total
    # CC-TDC converted on 01/10/2019, when its group was only encouraged.
    converted = [row.code for row in conversions.conversions(as_of, edition)]
    assert converted == ["SO-KHCN", "CC-TL", "CC-KL"]


def test_without_the_question_nothing_changes(duties):
    as_of = AsOf(DAY, timezone.now())
    assert rollups.by_group(as_of, duties.edition_2015).total.total == 6


def test_comparison_and_change_report_add_up_when_a_duty_changes(duties):
    edition, known = duties.edition_2015, timezone.now()
    then = AsOf(date(2019, 6, 30), known, duty_only=True)
    now = then.on(DAY)
    early, late = (rollups.by_group(asked, edition) for asked in (then, now))
    told = changes.what_changed(then, now, edition)
    difference = late.total.converted - early.total.converted
    assert told.difference().converted == difference
    report = change_report.change_report(then, now, edition)
    assert report.total.now.converted - report.total.then.converted == difference


def test_the_address_says_it_and_keeps_it(duties, client, lan):
    client.force_login(lan)
    question = read_question({"only": "duty", "as_of": "2022-12-31"})
    assert question.parameters()["only"] == "duty"
    assert question.url("agencies:agency-list") == "/agencies/?as_of=2022-12-31&only=duty"
    assert "có trách nhiệm" in question.line or "with a duty" in question.line
    assert "only" not in ask().parameters()
    page = client.get("/?as_of=2022-12-31&only=duty").content.decode()
    assert "04/05" in page
    assert "only=duty" in page
    other = client.get("/?as_of=2022-12-31").content.decode()
    assert "04/06" not in page
    assert "04/06" in other


@pytest.mark.parametrize(
    "url",
    [
        *("/", "/agencies/", "/reports/charts/", "/plans/", "/to-do/"),
        *("/reports/compare/", "/reports/changes/"),
        *("/reports/summary.xlsx", "/reports/agencies.xlsx", "/reports/workbook.xlsx"),
    ],
)
def test_every_page_and_file_answers(duties, client, lan, url):
    client.force_login(lan)
    for day in ("2022-12-31", "2013-06-30"):  # on the second day nobody has a duty
        assert client.get(f"{url}?as_of={day}&only=duty").status_code == 200


def test_the_list_carries_it_on(duties, client, lan):
    client.force_login(lan)
    page = client.get("/agencies/?as_of=2022-12-31&only=duty").content.decode()
    assert 'name="only" value="duty"' in page  # the filter's form
    assert "SO-NN/?" not in page
    assert "SO-KHCN/?as_of=2022-12-31&amp;only=duty" in page


def test_another_word_is_refused():
    with pytest.raises(BadQuestion) as refused:
        read_question({"only": "all"})
    assert "all" in str(refused.value)


def test_a_page_says_that_no_duty_is_on_record(small_province, client, lan):
    client.force_login(lan)
    response = client.get("/?as_of=2022-12-31&only=duty", headers={"accept-language": "en"})
    assert response.status_code == 200
    assert "04/06" not in response.content.decode()


def test_files_say_it(duties):
    question = ask(day=DAY, duty_only=True)
    book = load_workbook(BytesIO(build_summary(question)), data_only=True)
    text = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert any(question.line in cell for cell in text)
    assert "04/05" in text


def test_the_command_counts_those_with_a_duty(duties):
    out = StringIO()
    call_command("rollup", as_of="2022-12-31", only="duty", format="json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["only"] == "duty"
    assert answer["total"]["fraction"] == "04/05"


def test_a_changed_duty_moves_the_version_of_the_data(duties, client, lan):
    client.force_login(lan)
    before = data_version(timezone.now())
    assert "04/05" in client.get("/?as_of=2022-12-31&only=duty").content.decode()
    Duty.objects.get(agency=duties["SO-NN"]).delete()
    assert data_version(timezone.now()) != before
    assert "04/06" in client.get("/?as_of=2022-12-31&only=duty").content.decode()


def test_a_second_duty_for_the_same_days_is_refused(duties):
    group = duties.groups["SO"]
    second = Duty(group=group, kind="encouraged", valid_from=date(2018, 1, 1), legal_source="khác")
    with pytest.raises(ValidationError, match="Cơ quan chuyên môn"):
        second.full_clean()
    second.valid_from, second.valid_to = date(2013, 1, 1), date(2014, 1, 1)
    second.full_clean()


@pytest.mark.parametrize("both", [True, False])
def test_a_duty_is_of_a_group_or_of_an_agency(duties, both):
    whom = {"group": duties.groups["SO"], "agency": duties["SO-NN"]} if both else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(**whom, kind="ordered", valid_from=DAY, legal_source="x")


def test_a_duty_ends_after_it_begins(duties):
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(
            agency=duties["CC-KL"], kind="ordered", valid_from=DAY, valid_to=DAY, legal_source="x"
        )


def test_an_administrator_enters_a_duty_in_the_browser(duties, client, quan):
    client.force_login(quan)
    form = {
        "agency": str(duties["CC-KL"].pk),
        "group": "",
        "kind": "not_subject",
        "valid_from": "05/03/2022",
        "valid_to": "",
        "legal_source": "12/QĐ-UBND",
        "note": "",
    }
    response = client.post("/admin/agencies/duty/add/", form)
    assert response.status_code == 302, response.context["errors"]
    row = Duty.objects.get(agency=duties["CC-KL"])
    assert (row.valid_from, row.history.get().history_user) == (date(2022, 3, 5), quan)


def test_a_report_of_those_with_a_duty_is_frozen_and_found_again(duties, lan, client):
    everyone = ask(day=DAY)
    sent = freeze_submission(
        question=ask(day=DAY, duty_only=True), title="Báo cáo", reason="chưa đủ", by=lan
    )
    whole = freeze_submission(question=everyone, title="Báo cáo", reason="chưa đủ", by=lan)
    assert sent.said["asked"]["only"] == "duty"
    assert "only" not in whole.said["asked"]
    assert (sent.said["total"]["total"], whole.said["total"]["total"]) == (5, 6)
    told = repeat(sent)
    assert (told.figures, told.are_files_same) == ((), True)
    client.force_login(lan)
    text = client.get(f"/reports/submissions/{sent.pk}/").content.decode()
    assert "chỉ tính cơ quan có trách nhiệm áp dụng" in text
    pair = {"first": whole.pk, "second": sent.pk}
    response = client.get("/reports/submissions/compare/", pair)
    assert response.context["report"].total.then.total == 5
    assert "Một báo cáo tính mọi cơ quan" in response.content.decode()


def test_what_is_printed_is_compared_with_every_agency(duties, lan, client):
    figure = PrintedFigure("05/06", "", "converted", 5, 6)
    facts = PublicationFacts("Báo cáo", DAY)
    add_published_figures(publication=facts, figures=[figure], by=lan)
    asked = reconcile(ask(day=DAY, duty_only=True).as_of)
    assert [found.findings for found in asked] == [
        found.findings for found in reconcile(ask(day=DAY).as_of)
    ]
    client.force_login(lan)
    response = client.get("/reports/reconciliation/", {"as_of": DAY.isoformat(), "only": "duty"})
    assert not response.context["question"].as_of.duty_only
    assert b"only=duty" not in response.content.split(b"<main")[1]


def test_a_duty_entered_changed_or_deleted_later_changes_no_figure_of_before(duties):
    edition, known = duties.edition_2015, AsOf(DAY, timezone.now(), duty_only=True)
    before = rollups.by_group(known, edition), conversions.conversions(known, edition)
    listed = [agency.code for agency in Agency.objects.for_list(known, edition)]
    trend = trends.trend(known, edition, date(2013, 1, 1))
    Duty.objects.get(agency__code="SO-NN").delete()
    changed = Duty.objects.get(group__code="SO", kind=DutyKind.MANDATORY)
    changed.kind = DutyKind.ENCOURAGED
    changed.save()
    Duty.objects.create(
        agency=duties["CC-KL"], kind=DutyKind.NOT_SUBJECT, valid_from=DAY, legal_source="x"
    )
    assert (rollups.by_group(known, edition), conversions.conversions(known, edition)) == before
    assert [agency.code for agency in Agency.objects.for_list(known, edition)] == listed
    assert trends.trend(known, edition, date(2013, 1, 1)) == trend
    assert [
        row.code for row in rollups.standings(replace(known, known_at=timezone.now()), edition)
    ] == [
        "CC-TDC",
        "CC-TL",
    ]
