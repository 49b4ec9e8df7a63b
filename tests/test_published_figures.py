"""Published figures are kept as they were printed, whoever writes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from reports.actions import (
    PublicationFacts,
    add_published_figures,
    explain_finding,
    withdraw_publication,
)
from reports.models import (
    Explanation,
    Measure,
    Publication,
    PublishedFigure,
    Unit,
    Withdrawal,
)
from reports.published import PrintedFigure

DAY = date(2021, 11, 15)
LETTER = PublicationFacts("Báo cáo năm 2021", DAY)
FRACTION = PrintedFigure("19/20", "CAP_TINH", Measure.CONVERTED, 19, 20, "95%", edition="2015")


@pytest.fixture
def figure(lan) -> PublishedFigure:
    return add_published_figures(publication=LETTER, figures=[FRACTION], by=lan).figures.get()


def test_figures_are_kept_in_the_order_of_the_text(lan):
    visits = PrintedFigure("90 lượt kiểm tra", "", Measure.INSPECTED, 90, unit=Unit.VISITS)
    kept = add_published_figures(publication=LETTER, figures=[FRACTION, visits], by=lan)

    rows = kept.figures.values_list("position", "quote", "count", "denominator", "percent", "unit")
    assert list(rows) == [
        (1, "19/20", 19, 20, "95%", "agencies"),
        (2, "90 lượt kiểm tra", 90, None, "", "visits"),
    ]
    assert (kept.by, kept.as_of_day, kept.published_on) == (lan, None, DAY)


@pytest.mark.parametrize(
    ("publication", "figures", "named"),
    [
        (LETTER, [], "."),
        (PublicationFacts("", DAY), [FRACTION], "source"),
        (PublicationFacts("x", DAY, DAY + timedelta(days=1)), [FRACTION], "as_of_day"),
        (PublicationFacts("x", date(2199, 1, 1)), [FRACTION], "published_on"),
        (PublicationFacts("x", DAY, link="javascript:alert(1)"), [FRACTION], "link"),
        (LETTER, [FRACTION, PrintedFigure("", "", "certified", 1)], "measure"),
        (LETTER, [PrintedFigure("", "", Measure.TOTAL, None)], "publishedfigure_says_something"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(lan, publication, figures, named):
    with pytest.raises(ValidationError, match=named):
        add_published_figures(publication=publication, figures=figures, by=lan)
    assert not Publication.objects.exists()


def test_the_database_refuses_to_change_what_was_printed(figure, lan):
    explain_finding(figure=figure, text="Bỏ sót một dòng", by=lan)
    withdraw_publication(publication=figure.publication, reason="Nhập nhầm", by=lan)
    changes: list[tuple[Any, dict[str, Any]]] = [
        (PublishedFigure.objects, {"count": 20}),
        (Publication.objects, {"source": "khác"}),
        (Explanation.objects, {"text": "khác"}),
        (Withdrawal.objects, {"reason": "khác"}),
    ]
    for rows, change in changes:
        with pytest.raises(IntegrityError, match="never altered"), transaction.atomic():
            rows.update(**change)
    figure.refresh_from_db()
    assert figure.count == 19


def test_a_publication_is_withdrawn_once_and_with_a_reason(figure, lan):
    with pytest.raises(ValidationError, match="reason"):
        withdraw_publication(publication=figure.publication, reason=" ", by=lan)
    kept = withdraw_publication(publication=figure.publication, reason=" Nhập nhầm ", by=lan)
    with pytest.raises(ValidationError):
        withdraw_publication(publication=figure.publication, reason="Lần nữa", by=lan)

    assert list(Withdrawal.objects.all()) == [kept]
    assert (kept.reason, kept.by) == ("Nhập nhầm", lan)
    for refused in (kept.save, kept.delete):
        with pytest.raises(TypeError, match="never"):
            refused()
    row = {"publication": figure.publication, "reason": "", "at": timezone.now(), "by": lan}
    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.create(**row)


def test_the_code_refuses_to_change_or_delete(figure):
    figure.count = 20
    for refused in (figure.save, figure.delete, figure.publication.delete):
        with pytest.raises(TypeError, match="never"):
            refused()


# One row that each constraint refuses.
REFUSED: dict[str, dict[str, Any]] = {
    "publishedfigure_one_per_position": {"position": 1},
    "publishedfigure_says_something": {"count": None},
    "publishedfigure_part_of_a_whole": {"denominator": 0},
    "publishedfigure_known_measure": {"measure": "certified"},
    "publishedfigure_known_unit": {"unit": "persons"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses_a_figure(figure, name):
    row = {"position": 2, "measure": "total", "count": 1, **REFUSED[name]}
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedFigure.objects.create(publication=figure.publication, **row)


def test_the_database_refuses_a_source_without_name_or_of_its_future(lan):
    row = {"source": "x", "published_on": DAY, "entered_at": timezone.now(), "by": lan}
    for wrong in ({"source": ""}, {"as_of_day": DAY + timedelta(days=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.create(**{**row, **wrong})


def test_explanations_are_kept_one_after_the_other(figure, lan):
    explain_finding(figure=figure, text=" Bỏ sót ", by=lan)
    explain_finding(figure=figure, text="Bỏ sót Chi cục", by=lan)

    assert [row.text for row in figure.explanations.all()] == ["Bỏ sót", "Bỏ sót Chi cục"]
    with pytest.raises(ValidationError):
        explain_finding(figure=figure, text="  ", by=lan)


def test_the_administration_shows_figures_and_changes_none(figure, client, quan):
    client.force_login(quan)
    for model in ("publication", "publishedfigure", "explanation", "withdrawal"):
        assert client.get(reverse(f"admin:reports_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:reports_{model}_add")).status_code == 403
    page = reverse("admin:reports_publishedfigure_change", args=[figure.pk])
    assert client.post(page, {"count": 20}).status_code == 403


@pytest.mark.usefixtures("kon_tum")
def test_the_demonstration_brings_every_figure_of_the_article(db):
    article = Publication.objects.get()
    assert (article.published_on, article.as_of_day) == (DAY, None)
    counts = article.figures.values_list("group", "count", "denominator")
    assert list(counts) == [
        ("CAP_TINH", 19, 20),
        ("CAP_TINH", 1, None),
        ("CAP_HUYEN", 7, 10),
        ("CAP_HUYEN", 3, None),
        ("CHI_CUC", 6, 16),
        ("CHI_CUC", 9, None),
        ("CHI_CUC", 1, None),
        ("CAP_XA", 74, 102),
        ("CAP_XA", 28, None),
        ("", 106, None),
        ("", 32, None),
        ("", 1067, None),
        ("", 90, None),
    ]
