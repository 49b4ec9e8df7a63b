"""What was told others is sealed in a chain; the database takes nothing in its place."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from reports.actions import (
    PublicationFacts,
    add_published_figures,
    explain_finding,
    record_outgoing_number,
    withdraw_publication,
)
from reports.freezing import freeze_submission
from reports.models import (
    Explanation,
    Measure,
    OutgoingNumber,
    Publication,
    PublishedFigure,
    Seal,
    Submission,
    SubmissionFile,
    Withdrawal,
)
from reports.models.submissions import sha256_of
from reports.published import PrintedFigure
from reports.seals import broken_seals, is_intact, last_seal
from tests.tampering import alter, remove
from tests.test_submissions import WHY, asked

DAY = date(2021, 11, 15)
KEPT: list[type[Model]] = [
    Submission,
    SubmissionFile,
    OutgoingNumber,
    Publication,
    PublishedFigure,
    Explanation,
    Withdrawal,
    Seal,
]


@pytest.fixture
def told(small_province, lan) -> Submission:
    """Tell others everything once: a publication, a report, its number, what is said of them."""
    figure = PrintedFigure("07/10", "", Measure.CONVERTED, 7, 10)
    printed = add_published_figures(
        publication=PublicationFacts("Bài báo", DAY), figures=[figure], by=lan
    )
    explain_finding(figure=printed.figures.get(), text="Bài báo tính khác", by=lan)
    sent = freeze_submission(question=asked(), title="Báo cáo", reason=WHY, by=lan)
    record_outgoing_number(submission=sent, number="12/BC", dated=DAY, by=lan)
    withdraw_publication(publication=printed, reason="Nhập nhầm", by=lan)
    return sent


def a_row(model: type[Model]) -> Model:
    return model._default_manager.order_by("pk")[0]


def refused(statement: str, values: list[Any]) -> None:
    with (
        pytest.raises(IntegrityError, match="never altered"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def test_each_seal_holds_the_one_before(told):
    seals = list(Seal.objects.order_by("pk"))

    assert [bool(one.publication) for one in seals] == [True, False, False]
    assert [one.submission for one in seals] == [None, told, None]
    assert [one.outgoing for one in seals] == [None, None, told.outgoing]
    assert [one.previous for one in seals] == ["", seals[0].sha256, seals[1].sha256]
    assert last_seal() == seals[2].sha256
    assert list(broken_seals()) == []
    assert is_intact(told)


@pytest.mark.parametrize("model", KEPT)
def test_no_row_is_put_in_the_place_of_a_row(told, model):
    row = a_row(model)
    columns = [field.column for field in row._meta.concrete_fields]
    values = [
        field.get_db_prep_save(field.value_from_object(row), connection)
        for field in row._meta.concrete_fields
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    places = ", ".join(["%s"] * len(columns))
    into = f'INTO "{row._meta.db_table}" ({names}) VALUES ({places})'
    if connection.vendor == "postgresql":
        same = f'"{columns[-1]}" = EXCLUDED."{columns[-1]}"'
        refused(f"INSERT {into} ON CONFLICT (id) DO UPDATE SET {same}", values)
    else:
        refused(f"REPLACE {into}", values)
        # Another id in the place of the same by a unique key: the row would go all the same.
        if model not in (Publication, Explanation):
            refused(f"REPLACE {into}", [row.pk + 1000, *values[1:]])


@pytest.mark.parametrize("model", KEPT)
def test_no_row_goes(told, model):
    table, column = model._meta.db_table, model._meta.concrete_fields[-1].column
    one = a_row(model).pk
    refused(f'DELETE FROM "{table}" WHERE id = %s', [one])  # noqa: S608
    refused(f'UPDATE "{table}" SET "{column}" = "{column}" WHERE id = %s', [one])  # noqa: S608


def test_what_is_sealed_takes_nothing_more(told):
    with pytest.raises(IntegrityError, match="never altered"), transaction.atomic():
        SubmissionFile.objects.create(
            submission=told, name="x", content_type="x", sha256="0" * 64, size=1, content=b"{"
        )
    with pytest.raises(IntegrityError, match="never altered"), transaction.atomic():
        PublishedFigure.objects.create(
            publication=Publication.objects.get(), position=9, measure=Measure.TOTAL, count=9
        )


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Submission, {"title": "Khác"}),
        (Submission, {"figures": "{}", "sha256": sha256_of(b"{}")}),
        (SubmissionFile, {"content": b"{}", "sha256": sha256_of(b"{}"), "size": 2}),
        (OutgoingNumber, {"number": "13/BC"}),
    ],
)
def test_a_report_altered_with_its_hash_is_noticed(told, client, lan, model, values):
    alter(a_row(model), **values)

    found = Submission.objects.get()
    assert not is_intact(found)
    assert len(list(broken_seals())) == 1
    with pytest.raises(CommandError):
        call_command("check_submissions")
    client.force_login(lan)
    assert client.get(f"/reports/submissions/{told.pk}/").status_code == 409
    file = a_row(SubmissionFile)
    page = client.get(f"/reports/submissions/{told.pk}/files/{file.pk}/")
    assert page.status_code == 409


@pytest.mark.parametrize(
    "values", [{"count": 8}, {"quote": "08/10"}, {"denominator": 9}, {"percent": "70%"}]
)
def test_an_altered_published_figure_is_noticed(told, values):
    alter(PublishedFigure.objects.get(), **values)
    assert [str(Publication.objects.get()) in told for told in broken_seals()] == [True]


def test_an_altered_seal_and_a_link_taken_out_are_noticed(told):
    number = told.outgoing
    alter(number.seal, sha256="0" * 64)
    assert len(list(broken_seals())) == 1

    remove(told.seal)
    found = list(broken_seals())
    assert len(found) == 3  # the link before the number's, the number's own, the report without


def test_what_goes_with_its_last_seal_is_noticed_by_a_noted_one(told, capsys):
    call_command("check_submissions")
    noted = last_seal()
    assert noted in capsys.readouterr().out
    call_command("check_submissions", "--seal", noted.upper())

    remove(told.outgoing.seal)
    remove(told.outgoing)
    call_command("check_submissions")
    with pytest.raises(CommandError, match=noted):
        call_command("check_submissions", "--seal", noted)


def test_what_was_kept_before_seals_came_is_sealed_by_the_migration(told):
    for seal in Seal.objects.order_by("-pk"):
        remove(seal)
    assert len(list(broken_seals())) == 3

    migration = import_module("reports.migrations.0006_seals")
    migration.seal_what_is_there(apps, connection.schema_editor())
    assert list(broken_seals()) == []
    assert Seal.objects.count() == 3


def test_moments_are_sealed_whatever_zone_they_are_read_in(told):
    with timezone.override("Asia/Ho_Chi_Minh"):
        assert list(broken_seals()) == []
    with timezone.override("UTC"):
        assert list(broken_seals()) == []
