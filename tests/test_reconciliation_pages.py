"""The page of published figures: looked at by all, entered and explained by officers."""

from datetime import date
from urllib.parse import parse_qs, urlparse

import pytest
from django.urls import reverse

from agencies.actions import record_status
from agencies.models import Agency, StatusFacts, User
from reports.actions import PublicationFacts, add_published_figures
from reports.models import Explanation, Measure, Publication, PublishedFigure, Withdrawal
from reports.published import PrintedFigure
from tests.test_published import PARAGRAPH

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
PAGE = "/reports/reconciliation/"
ENTER = "/reports/reconciliation/enter/"
SOURCE = {"source": "Báo cáo 12/BC-SKHCN", "published_on": "15/11/2021", "text": ""}


@pytest.fixture
def officer(client):
    client.force_login(User.objects.get(username="chuyenvien"))
    return client


def sent(*rows: dict[str, str]) -> dict[str, str]:
    """Return the rows of a form as a browser sends them."""
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0", "act": "save"}
    for number, row in enumerate(rows):
        full = {"group": "", "measure": "converted", "unit": "agencies", **row}
        data |= {f"form-{number}-{name}": value for name, value in full.items()}
    return {**SOURCE, **data}


def test_the_page_shows_the_one_finding_and_leads_to_the_agencies(officer):
    response = officer.get(PAGE)
    (source,) = response.context["sources"]
    (difference,) = source.differences

    assert (difference.printed, difference.computed) == ("32", "41")
    assert "Chi cục trực thuộc Sở (09)" in response.content.decode()
    row = next(row for row in source.rows if row.compared.differs)
    asked = parse_qs(urlparse(row.url).query)
    assert (asked["as_of"], asked["category"]) == (["2021-11-15"], ["older_edition"])
    listed = officer.get(row.url).context["table"].paginator.count
    assert listed == 41


def test_every_computed_figure_leads_to_exactly_the_agencies_that_it_counts(officer, lan):
    exempt = Agency.objects.get(code="X031")
    facts = StatusFacts("exempt", note="không có TTHC")
    record_status(agency=exempt, valid_from=date(2021, 11, 1), facts=facts, reason="thử", by=lan)
    figures = [
        PrintedFigure("", "CAP_XA", "total", 102),
        PrintedFigure("", "", "not_converted", 41),
        PrintedFigure("", "", "older_edition", 41),
    ]
    letter = PublicationFacts("Báo cáo", date(2021, 11, 15))
    add_published_figures(publication=letter, figures=figures, by=lan)

    rows = [row for source in officer.get(PAGE).context["sources"] for row in source.rows]
    linked = [row for row in rows if row.url.startswith("/agencies/")]
    assert [row.url for row in rows if row.url and row not in linked] == [
        "/activities/training/?as_of=2021-11-15",
        "/activities/inspections/?as_of=2021-11-15",
    ]
    assert len(linked) == 14
    for row in linked:
        listed = officer.get(row.url).context["table"].paginator.count
        assert listed == row.compared.computed, row.compared.figure


def test_only_officers_are_offered_to_enter(client, officer):
    assert ENTER in officer.get(PAGE).content.decode()
    client.force_login(User.objects.get(username="lanhdao"))
    assert ENTER not in client.get(PAGE).content.decode()


def test_before_the_first_publication_the_page_says_so(officer):
    response = officer.get(f"{PAGE}?as_of=2020-12-31")
    assert response.context["sources"] == []
    assert "31/12/2020" in response.content.decode()


def test_a_pasted_paragraph_becomes_rows_and_nothing_is_kept_yet(officer):
    response = officer.post(ENTER, {**SOURCE, "text": PARAGRAPH, "act": "read"})
    initial = response.context["rows"].initial_forms
    counts = [(form["group"].value(), form["count"].value()) for form in initial]
    assert len(counts) == 11
    assert counts[:2] == [("CAP_TINH", 19), ("CAP_TINH", 1)]
    assert response.context["form"]["source"].value() == SOURCE["source"]
    assert Publication.objects.count() == 1


def test_confirmed_rows_are_kept_and_others_left_out(officer):
    rows = sent(
        {"group": "CAP_XA", "count": "74", "denominator": "102", "quote": "74/102"},
        {"group": "CAP_HUYEN", "count": "7", "leave_out": "on"},
        {},
    )
    response = officer.post(ENTER, rows)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    kept = Publication.objects.get(source=SOURCE["source"])
    assert [(row.group, row.count, row.quote) for row in kept.figures.all()] == [
        ("CAP_XA", 74, "74/102")
    ]
    assert kept.by.username == "chuyenvien"


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": ""},
        {"published_on": "31/02/2021"},
        {"published_on": "01/01/2190"},
        {"as_of_day": "16/11/2021"},
        {"link": "javascript:alert(1)"},
        {"form-0-count": "bảy"},
        {"form-0-group": "QUAN"},
        {"form-0-count": "", "form-0-denominator": "9"},
        {"form-0-leave_out": "on"},
        {"form-0-percent": "abc"},
        {"form-0-percent": "NaN"},
        {"form-0-percent": "1e3%"},
        {"form-0-measure": "", "form-0-unit": "", "form-0-group": "", "form-0-count": ""},
        {"form-TOTAL_FORMS": "x"},
        {"form-TOTAL_FORMS": "1000000"},
    ],
)
def test_what_cannot_be_kept_comes_back_and_nothing_is_written(officer, wrong):
    response = officer.post(ENTER, {**sent({"count": "7"}), **wrong})
    assert response.status_code == 200
    assert "notice--wrong" in response.content.decode()
    assert Publication.objects.count() == 1


def test_an_explanation_stands_beside_the_figure_and_alters_nothing(officer):
    figure = PublishedFigure.objects.get(measure=Measure.OLDER_EDITION)
    page = reverse("reports:explain-figure", args=[figure.pk])
    assert officer.post(page, {"text": " "}).status_code == 200
    assert not Explanation.objects.exists()

    assert officer.post(page, {"text": "Cộng sót dòng Chi cục"}).status_code == 302
    assert "Cộng sót dòng Chi cục" in officer.get(PAGE).content.decode()
    figure.refresh_from_db()
    assert figure.count == 32


def test_forms_drawn_again_after_the_sign_in_record_nothing(officer):
    figure = PublishedFigure.objects.all()[0]
    explain = reverse("reports:explain-figure", args=[figure.pk])
    officer.post(ENTER, {**sent({"count": "7"}), "draw_again": "1"})
    officer.post(explain, {"text": "x", "draw_again": "1"})
    assert Publication.objects.count() == 1
    assert not Explanation.objects.exists()


def test_a_publication_is_withdrawn_with_a_reason_and_stays_struck(officer):
    article = Publication.objects.get()
    page = reverse("reports:withdraw-publication", args=[article.pk])
    assert page in officer.get(PAGE).content.decode()
    assert officer.post(page, {"reason": "  "}).status_code == 200
    assert officer.post(page, {"reason": "x", "draw_again": "1"}).status_code == 200
    assert not Withdrawal.objects.exists()

    assert officer.post(page, {"reason": "Nhập hai lần"}).status_code == 302
    response = officer.get(PAGE)
    body = response.content.decode()
    assert response.context["findings"] == 0
    assert f"<s>{article.source}</s>" in body
    assert "Nhập hai lần" in body
    assert page not in body

    again = officer.post(page, {"reason": "Lần nữa"})
    assert again.status_code == 200
    assert again.context["form"].errors
    assert Withdrawal.objects.get().reason == "Nhập hai lần"


def test_what_was_known_before_a_withdrawal_stays_as_it_was(officer):
    article = Publication.objects.get()
    officer.post(reverse("reports:withdraw-publication", args=[article.pk]), {"reason": "Nhầm"})
    body = officer.get(f"{PAGE}?as_of=2021-11-15&known_at=2021-11-15").content.decode()
    assert "Nhầm" not in body
    assert "Chi cục trực thuộc Sở (09)" in body


def test_more_rows_are_added_and_nothing_typed_is_lost(officer):
    typed = {"count": "bảy", "group": "CAP_XA", "quote": "74/102", "leave_out": "on"}
    response = officer.post(ENTER, {**sent(typed, {"percent": "5%"}), "act": "more"})
    rows = response.context["rows"]
    first, second, *empty = rows.forms
    assert {name: first[name].value() for name in typed} == typed
    assert (second["percent"].value(), len(empty)) == ("5%", 3)
    assert response.context["form"]["source"].value() == SOURCE["source"]
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("total", ["x", "-1", "999999999", "٣"])
def test_more_rows_of_a_strange_form_are_no_error(officer, total):
    data = {**sent({"count": "7"}), "form-TOTAL_FORMS": total, "act": "more"}
    assert officer.post(ENTER, data).status_code == 200


def test_what_is_not_understood_must_be_chosen(officer):
    response = officer.post(ENTER, {**SOURCE, "text": "Có 6/16 đang xây dựng", "act": "read"})
    assert response.context["unclear"] == 1
    (row,) = response.context["rows"].initial_forms
    assert (row["measure"].value(), row["group"].value()) == ("", "?")

    response = officer.post(ENTER, sent({"count": "6", "measure": "", "group": "?"}))
    assert set(response.context["rows"].forms[0].errors) == {"measure", "group"}
    assert Publication.objects.count() == 1


def test_an_earlier_edition_alone_is_told_by_the_day_of_the_source(officer):
    text = "07/10 UBND cấp huyện, trong đó có 2/10 theo phiên bản 2008"
    response = officer.post(ENTER, {**SOURCE, "text": text, "act": "read"})
    measures = [form["measure"].value() for form in response.context["rows"].initial_forms]
    assert measures == ["converted", "older_edition"]


def test_the_page_says_how_many_figures_are_left_out(officer):
    text = "\n".join(f"UBND cấp xã: {number}/300" for number in range(1, 206))
    response = officer.post(ENTER, {**SOURCE, "text": text, "act": "read"})
    assert len(response.context["rows"].initial_forms) == 200
    assert (response.context["shown"], response.context["cut_off"]) == (200, 5)


def test_a_text_that_is_too_long_is_refused_and_not_cut(officer):
    response = officer.post(ENTER, {**SOURCE, "text": "07/10 " * 4000, "act": "read"})
    assert set(response.context["form"].errors) == {"text"}
    assert response.context["reading"] is None


def test_the_same_figure_entered_twice_is_refused_two_that_differ_are_kept(officer):
    figure = {"group": "CAP_XA", "count": "74", "denominator": "102"}
    response = officer.post(ENTER, sent(figure, {"count": "1"}, {**figure, "quote": "74/102"}))
    (error,) = response.context["rows"].forms[2].non_field_errors()
    assert "3" in error
    assert "1" in error
    assert Publication.objects.count() == 1

    officer.post(ENTER, sent(figure, {**figure, "count": "75"}))
    assert Publication.objects.get(source=SOURCE["source"]).figures.count() == 2


def test_a_figure_that_agrees_takes_no_explanation(officer):
    figure = PublishedFigure.objects.all()[0]
    page = reverse("reports:explain-figure", args=[figure.pk])
    assert b"<textarea" not in officer.get(page).content
    assert officer.post(page, {"text": "x"}).context["form"].errors
    assert not Explanation.objects.exists()
