"""The pages of sent reports: frozen with a reason, shown from what was kept, compared."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies import actions
from agencies.models import AgencyGroup, Edition, Entry, User
from agencies.questions import ask
from reports import freezing
from reports.actions import keep_submission
from reports.freezing import freeze_submission, produce, settled
from reports.models import OutgoingNumber, Submission, SubmissionFile
from reports.repeating import repeat
from tests.tampering import alter
from tests.test_submissions import DAY, WHY, asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
LIST = "/reports/submissions/"
NEW = "/reports/submissions/new/?as_of=2021-11-15"
COMPARE = "/reports/submissions/compare/"


@pytest.fixture
def by(db) -> User:
    return User.objects.get(username="chuyenvien")


@pytest.fixture
def officer(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def sent(by) -> Submission:
    return freeze_submission(question=asked(), title="Báo cáo tháng 11", reason=WHY, by=by)


def test_after_the_reform_and_its_undoing_it_is_the_same_byte_by_byte(sent, by):
    summer = settled(asked(date(2025, 7, 2)))
    before = freeze_submission(question=summer, title="Hè", reason=WHY, by=by)
    call_command("apply_reorganisation", "fixtures/reform_2025.csv", stdout=StringIO())
    after = freeze_submission(question=asked(date(2025, 7, 2)), title="Hè", reason=WHY, by=by)
    fractions = [one.said["total"]["fraction"] for one in (sent, before, after)]
    assert fractions == ["106/148", "106/148", "26/76"]
    for one in (sent, before):
        assert (repeat(one).is_same_text, repeat(one).are_files_same) == (True, True)

    entry = Entry.objects.latest("pk")
    actions.undo_entry(entry=entry, by=by, reason="thử nghiệm")
    for one in (sent, before, after):
        assert (repeat(one).is_same_text, repeat(one).are_files_same) == (True, True)


def sent_form(**told: str) -> dict[str, str]:
    seen = str(Entry.objects.latest("pk").pk)
    return {"title": "Báo cáo", "note": "", "reason": WHY, "seen": seen, **told}


def test_the_form_shows_what_will_be_frozen_and_what_stands_in_the_way(officer):
    response = officer.get(NEW)
    text = response.content.decode()
    assert [one.kind for one in response.context["obstacles"]] == ["published", "evidence"]
    for shown in ("19/20", "07/10", "06/16", "74/102", "106/148", "69/148", "71,62%", "147"):
        assert shown in text
    assert "so-lieu-2021-11-15.json" in text
    assert response.context["form"]["title"].value().endswith("15/11/2021")


def test_without_a_reason_nothing_is_written_and_the_title_stays(officer):
    response = officer.post(NEW, sent_form(reason=" ", title="Báo cáo gõ dở"))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["reason"]
    assert 'value="Báo cáo gõ dở"' in response.content.decode()
    assert not Submission.objects.exists()


def test_a_report_is_frozen_and_its_page_shows_it(officer):
    response = officer.post(NEW, sent_form(note="Gửi Sở"))
    kept = Submission.objects.get()
    assert response["Location"] == f"{LIST}{kept.pk}/?as_of=2021-11-15"
    text = officer.get(response["Location"]).content.decode()
    for shown in ("106/148", "71,62%", "Gửi Sở", WHY, kept.sha256, "XlsxWriter"):
        assert shown in text
    listed = officer.get(LIST).content.decode()
    assert "106/148" in listed
    assert kept.title in listed


def test_a_second_click_leads_to_the_report_of_the_first(officer):
    first = officer.post(NEW, sent_form())
    assert officer.post(NEW, sent_form())["Location"] == first["Location"]
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"seen": "1"},
        {"seen": "không"},
        {"reason": "x" * 2001},
        {"note": "a\x00b"},
        {"draw_again": "1"},
    ],
)
def test_what_cannot_be_kept_comes_back_and_nothing_is_written(officer, wrong):
    response = officer.post(NEW, sent_form(**wrong))
    assert response.status_code == 200
    assert 'class="notice' in response.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize("day", ["2190-01-01", "2021-11-15&known_at=2009-01-01"])
def test_a_question_that_nobody_can_answer_is_refused(officer, day):
    page = f"/reports/submissions/new/?as_of={day}"
    text = officer.get(page).content.decode()
    assert 'role="alert"' in text
    assert 'name="title"' not in text
    response = officer.post(page, sent_form(seen="0") if "known_at" in page else sent_form())
    assert response.context["form"].non_field_errors()
    assert not Submission.objects.exists()


def file_url(file: SubmissionFile) -> str:
    return reverse("reports:submission-file", args=[file.submission_id, file.pk])


def test_the_stored_file_is_served_whatever_the_code_would_write_today(
    officer, sent, monkeypatch, settings
):
    settings.TWO_DIGIT_FIGURES = False
    monkeypatch.setattr(freezing, "FILES", ((freezing.FILES[0][0], lambda question: b"khac"),))
    for file in sent.files.all():
        response = officer.get(file_url(file))
        assert response.content == bytes(file.content)
        assert response["ETag"] == f'"{file.sha256}"'
        assert response["Content-Disposition"] == f'attachment; filename="{file.name}"'
        again = officer.get(file_url(file), headers={"if-none-match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert "07/10" in officer.get(f"{LIST}{sent.pk}/").content.decode()


def test_a_file_of_another_report_is_not_found(officer, sent):
    file = sent.files.all()[0]
    url = reverse("reports:submission-file", args=[sent.pk + 1, file.pk])
    assert officer.get(url).status_code == 404


def test_an_altered_file_is_refused_in_words(officer, sent):
    file = sent.files.all()[0]
    alter(file, content=b"{")
    response = officer.get(file_url(file))
    assert response.status_code == 409
    assert file.sha256 in response.content.decode()
    assert file.name in response.content.decode()


def test_altered_figures_are_refused_in_words(officer, sent):
    fields = {field.attname: getattr(sent, field.attname) for field in sent._meta.fields}
    text = sent.figures.replace("106", "107")
    spoiled = Submission.objects.create(**{**fields, "id": None, "title": "x", "figures": text})
    for page in (f"{LIST}{spoiled.pk}/", f"{LIST}{spoiled.pk}/again/"):
        assert officer.get(page).status_code == 409
    pair = f"{COMPARE}?first={sent.pk}&second={spoiled.pk}"
    assert officer.get(pair).status_code == 409
    assert officer.get(LIST).status_code == 200


def test_the_number_is_recorded_once(officer, sent):
    page = reverse("reports:submission-number", args=[sent.pk])
    for wrong in ({"number": ""}, {"dated": "31/02/2021"}, {"dated": "14/11/2021"}):
        response = officer.post(page, {"number": "125/BC-TĐC", "dated": "18/11/2021", **wrong})
        assert response.context["form"].errors
    assert not OutgoingNumber.objects.exists()

    told = {"number": "125/BC-TĐC", "dated": "18/11/2021"}
    assert officer.post(page, told)["Location"] == f"{LIST}{sent.pk}/"
    assert "125/BC-TĐC" in officer.get(LIST).content.decode()
    officer.post(page, {**told, "number": "126/BC"})
    assert OutgoingNumber.objects.get().number == "125/BC-TĐC"


def test_those_who_look_are_offered_no_form(client, sent):
    client.force_login(User.objects.get(username="lanhdao"))
    text = client.get(f"{LIST}{sent.pk}/").content.decode()
    assert "csrfmiddlewaretoken" not in text.split("<main")[1]
    assert "/new/" not in client.get(LIST).content.decode().split("<main")[1]


def test_produced_again_it_says_what_is_the_same_and_which_words_differ(officer, sent):
    page = f"{LIST}{sent.pk}/again/"
    told = officer.get(page).context["again"]
    assert (told.unlike, told.are_files_same) == ((), True)

    group = AgencyGroup.objects.get(code="CAP_XA")
    group.name = "UBND xã, phường, thị trấn"
    group.save()
    response = officer.get(page)
    told = response.context["again"]
    assert (told.figures, told.are_files_same) == ((), False)
    text = response.content.decode()
    assert "UBND xã, phường, thị trấn" in text
    assert "UBND cấp xã" in text
    assert "UBND cấp xã" in officer.get(f"{LIST}{sent.pk}/").content.decode()


def test_two_reports_are_compared_by_classes(officer, by, sent):
    early = freeze_submission(question=asked(date(2021, 9, 30)), title="Q3", reason=WHY, by=by)
    response = officer.get(f"{COMPARE}?first={early.pk}&second={sent.pk}")
    report = response.context["report"]
    assert response.context["unlike"] == []
    assert report.total.then.fraction == early.said["total"]["fraction"]
    assert report.total.now.fraction == "106/148"
    stored = response.context["pairs"][-1]
    assert (stored.first, stored.second) == (early.said["total"]["fraction"], "106/148")
    assert stored.converted == report.total.learnt.converted + report.total.happened.converted
    assert len(report.happened.agencies) == stored.converted


def test_the_later_report_chosen_first_is_told_and_turned_round(officer, by, sent):
    early = freeze_submission(question=asked(date(2021, 9, 30)), title="Q3", reason=WHY, by=by)
    straight = officer.get(f"{COMPARE}?first={early.pk}&second={sent.pk}")
    turned = officer.get(f"{COMPARE}?first={sent.pk}&second={early.pk}")
    assert "chọn báo cáo sau trước" in turned.content.decode()
    assert "chọn báo cáo sau trước" not in straight.content.decode()
    assert turned.context["report"] == straight.context["report"]
    assert turned.context["pairs"] == straight.context["pairs"]
    assert not turned.context["knew_less"]


def test_a_later_day_told_with_less_knowledge_is_told(officer, by, sent):
    known = ask(day=date(2021, 10, 1), known_at=sent.known_at.replace(year=2021, month=10, day=1))
    less = freeze_submission(question=known, title="Biết ít", reason=WHY, by=by)
    more = freeze_submission(question=asked(date(2021, 9, 30)), title="Q3", reason=WHY, by=by)
    text = officer.get(f"{COMPARE}?first={more.pk}&second={less.pk}").content.decode()
    assert "chốt trước và biết ít hơn" in text


def test_what_was_recorded_between_two_reports_is_a_late_entry(officer, by, sent):
    known = ask(day=DAY, known_at=sent.known_at.replace(year=2021, month=9, day=30))
    early = freeze_submission(question=known, title="Sớm", reason=WHY, by=by)
    report = officer.get(f"{COMPARE}?first={early.pk}&second={sent.pk}").context["report"]
    assert report.total.happened.converted == 0
    gained = 106 - early.said["total"]["converted"]
    assert gained > 0
    assert report.total.learnt.converted == gained


def test_reports_against_different_editions_say_so(officer, by, sent):
    old = ask(day=DAY, edition=Edition.objects.get(year=2008))
    other = freeze_submission(question=old, title="2008", reason=WHY, by=by)
    text = officer.get(f"{COMPARE}?first={other.pk}&second={sent.pk}").content.decode()
    assert "TCVN ISO 9001:2008" in text


def test_figures_that_the_records_no_longer_give_are_told(officer, by, sent):
    produced = produce(settled(asked()))
    said = json.loads(produced.figures)
    said["total"]["converted"] = 107
    tampered = replace(produced, figures=json.dumps(said))
    kept = keep_submission(produced=tampered, title="x", reason=WHY, by=by)
    response = officer.get(f"{COMPARE}?first={sent.pk}&second={kept.pk}")
    assert [one for one, _found in response.context["unlike"]] == [kept]
    again = officer.get(f"{LIST}{kept.pk}/again/")
    assert "107" in again.content.decode()
    assert again.context["again"].figures


@pytest.mark.parametrize("query", ["", "?second=1", "?first=1&second=x", "?first=999&second=998"])
def test_a_pair_that_cannot_be_read_gets_the_form(officer, sent, query):
    response = officer.get(f"{COMPARE}{query}")
    assert response.status_code == (400 if "first" in query else 200)
    assert 'name="first"' in response.content.decode()
