"""Documents on the pages: sent with a form, kept while it is mended, saved by who may see them."""

import re
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies import actions
from agencies.models import Entry, Evidence, Missing, Stage, StatusFacts, StatusRecord
from tests.documents import DOCX, HTML, PDF, PNG, upload

DAY = date(2022, 3, 1)
URL = "/agencies/SO-NN/status/record/"


@pytest.fixture(autouse=True)
def english(client, settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def officer(client, lan):
    client.force_login(lan)
    return client


@pytest.fixture
def typed(small_province):
    return {
        "stage": "applied",
        "edition": small_province.edition_2015.pk,
        "decision_number": "77/QĐ-SNN",
        "decision_date": "01/03/2022",
        "seen": Entry.objects.latest("pk").pk,
    }


@pytest.fixture
def record(officer, typed) -> StatusRecord:
    """A declaration of SO-NN with its document, as a form records it."""
    assert officer.post(URL, typed | {"document": upload()}).status_code == 302
    return StatusRecord.objects.believed().get(agency__code="SO-NN", valid_from=DAY)


def text(response) -> str:
    body = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def content(response) -> bytes:
    """Return a file that was sent; reading it to its end closes it."""
    return b"".join(response.streaming_content)


def kept(response) -> str:
    """Return what stands for the document in a form that came back."""
    found = re.search(r'name="kept" value="([^"]+)"', response.content.decode())
    assert found
    return found.group(1)


def correct_url(record):
    return reverse("agencies:correct-status", args=["SO-NN", record.pk])


# Forms


def test_a_document_is_recorded_with_its_declaration(record, lan):
    assert record.evidence.name == "Quyết định 90.pdf"
    assert record.evidence.by == lan
    assert record.recorded.by == lan


def test_a_form_without_document_records_none(officer, typed):
    assert officer.post(URL, typed).status_code == 302
    assert StatusRecord.objects.get(decision_number="77/QĐ-SNN").evidence is None


def test_a_refused_form_keeps_the_document(officer, typed):
    refused = officer.post(URL, typed | {"decision_date": "31/02/2022", "document": upload()})
    assert "is not a day" in text(refused)
    assert "Kept: Quyết định 90.pdf" in text(refused)
    assert "PDF document" in text(refused)
    again = officer.post(URL, typed | {"kept": kept(refused)})
    assert again.status_code == 302
    assert StatusRecord.objects.get(decision_number="77/QĐ-SNN").evidence == Evidence.objects.get()


def test_looking_at_the_figures_first_keeps_the_document(officer, typed):
    url = reverse("reports:consequence", args=["record-status", "SO-NN"])
    entries = Entry.objects.count()
    page = officer.post(url, typed | {"document": upload()})
    assert "What the figures will be" in text(page)
    assert "Kept: Quyết định 90.pdf" in text(page)
    assert Entry.objects.count() == entries
    officer.post(URL, typed | {"kept": kept(page)})
    assert StatusRecord.objects.get(decision_number="77/QĐ-SNN").evidence == Evidence.objects.get()


def test_an_overtaken_form_keeps_the_document(officer, typed, small_province, lan):
    facts = StatusFacts(Stage.EXEMPT, note="khác")
    actions.record_status(
        agency=small_province["SO-NN"], valid_from=date(2023, 1, 1), facts=facts, by=lan
    )
    stale = officer.post(URL, typed | {"document": upload()})
    assert stale.status_code == 409
    assert (
        officer.post(
            URL, typed | {"kept": kept(stale), "seen": Entry.objects.latest("pk").pk}
        ).status_code
        == 302
    )
    assert StatusRecord.objects.get(decision_number="77/QĐ-SNN").evidence == Evidence.objects.get()


def test_another_file_takes_the_place_of_the_first(officer, typed):
    first = officer.post(URL, typed | {"decision_date": "", "document": upload()})
    again = typed | {"kept": kept(first), "document": upload(PNG, "anh.pdf"), "no_document": "on"}
    assert officer.post(URL, again).status_code == 302
    document = StatusRecord.objects.get(decision_number="77/QĐ-SNN").evidence
    assert document
    assert (document.name, document.kind) == ("anh.png", "png")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda: upload(HTML), "This file is a web page by its content; allowed are PDF"),
        (lambda: upload(b""), "The file is empty (0 bytes)"),
        (lambda: upload(PDF.ljust(1024 * 1024 + 1)), "larger than 1 MB"),
    ],
)
def test_a_bad_file_is_told_at_its_field_and_nothing_is_written(
    officer, typed, settings, media, file, said
):
    settings.EVIDENCE_MAX_MB = 1
    entries = Entry.objects.count()
    response = officer.post(URL, typed | {"document": file()})
    assert response.status_code == 200
    assert said in response.context["form"].errors["document"][0]
    assert 'value="77/QĐ-SNN"' in response.content.decode()
    assert (Entry.objects.count(), Evidence.objects.count()) == (entries, 0)
    assert not media.exists()


def test_far_more_than_the_limit_is_not_taken_in(officer, typed, settings):
    settings.EVIDENCE_MAX_MB = 1
    response = officer.post(URL, typed | {"document": upload(PDF.ljust(9_000_000))})
    assert "larger than 1 MB" in response.context["form"].errors["document"][0]
    assert response.context["form"].files["document"].size < 2_000_000


@pytest.mark.parametrize("token", ["x", "1", "MQ:of:another", "\x00"])
def test_a_document_that_is_no_longer_kept_is_asked_for_again(officer, typed, token):
    response = officer.post(URL, typed | {"kept": token})
    assert "choose it again" in response.context["form"].errors["document"][0]
    assert not StatusRecord.objects.filter(decision_number="77/QĐ-SNN").exists()


def test_a_form_may_wait_half_a_day_and_as_long_as_it_likes_for_what_is_on_record(
    officer, typed, record
):
    long_ago = timezone.now() - timedelta(hours=13)
    page = officer.get(correct_url(record))
    refused = officer.post("/agencies/THANH-TRA/status/record/", {"document": upload()})
    Evidence.objects.update(kept_at=long_ago)
    late = officer.post(URL, typed | {"kept": kept(refused)})
    assert "choose it again" in late.context["form"].errors["document"][0]
    corrected = typed | {"kept": kept(page), "reason": "Sai số", "decision_number": "78/QĐ"}
    corrected["seen"] = Entry.objects.latest("pk").pk
    assert officer.post(correct_url(record), corrected).status_code == 302
    assert StatusRecord.objects.believed().get(decision_number="78/QĐ").evidence == record.evidence


def test_a_stage_without_decision_takes_no_document(officer, typed):
    building = {"stage": "building", "valid_from": "01/03/2022", "document": upload()}
    assert officer.post(URL, typed | building).status_code == 302
    assert StatusRecord.objects.get(valid_from=DAY, agency__code="SO-NN").evidence is None


# Correcting


def test_a_correction_keeps_replaces_or_takes_away_the_document(officer, typed, record):
    page = officer.get(correct_url(record))
    assert "Kept: Quyết định 90.pdf" in text(page)
    again = typed | {"kept": kept(page), "reason": "Sai số", "seen": Entry.objects.latest("pk").pk}
    officer.post(correct_url(record), again | {"decision_number": "78/QĐ-SNN"})
    second = StatusRecord.objects.believed().get(agency__code="SO-NN", valid_from=DAY)
    assert (second.decision_number, second.evidence) == ("78/QĐ-SNN", record.evidence)

    again["seen"] = Entry.objects.latest("pk").pk
    officer.post(correct_url(second), again | {"document": upload(DOCX, "qd.docx")})
    third = StatusRecord.objects.believed().get(agency__code="SO-NN", valid_from=DAY)
    assert third.evidence.name == "qd.docx"

    again["seen"] = Entry.objects.latest("pk").pk
    officer.post(correct_url(third), again | {"no_document": "on"})
    last = StatusRecord.objects.believed().get(agency__code="SO-NN", valid_from=DAY)
    assert last.evidence is None
    assert Evidence.objects.count() == 2


# Several agencies


def test_one_document_for_several_agencies(officer, typed):
    chosen = {"chosen": "SO-NN,THANH-TRA,CC-TDC"}
    page = officer.post("/reports/consequence/bulk/", typed | chosen | {"document": upload()})
    assert "Kept: Quyết định 90.pdf" in text(page)
    fewer = officer.post(
        "/agencies/bulk/", typed | chosen | {"kept": kept(page), "leave_out": "CC-TDC"}
    )
    assert "Kept: Quyết định 90.pdf" in text(fewer)
    done = officer.post(
        "/agencies/bulk/", typed | {"chosen": "SO-NN,THANH-TRA", "kept": kept(fewer)}
    )
    assert done.status_code == 302
    named = Evidence.objects.get().status_records.values_list("agency__code", flat=True)
    assert set(named) == {"SO-NN", "THANH-TRA"}
    undo = officer.get(reverse("agencies:undo-entry", args=[Entry.objects.latest("pk").pk]))
    assert text(undo).count("document: Quyết định 90.pdf") == 2


def test_a_file_sent_while_an_agency_is_left_out_is_kept(officer, typed):
    sent = {"chosen": "SO-NN,THANH-TRA", "leave_out": "THANH-TRA", "document": upload()}
    assert "Kept: Quyết định 90.pdf" in text(officer.post("/agencies/bulk/", typed | sent))


# Seeing and saving


def test_the_agency_page_shows_the_document_at_its_declaration(officer, record):
    page = text(officer.get("/agencies/SO-NN/"))
    assert page.count("Quyết định 90.pdf") == 3  # standing, timeline, act
    assert f"{record.evidence.sha256[:12]}…" in page
    assert (
        f'href="/agencies/evidence/{record.evidence.pk}/"'
        in officer.get("/agencies/SO-NN/").content.decode()
    )
    assert "no document yet" in text(officer.get("/agencies/SO-KHCN/"))


def test_what_was_known_earlier_shows_the_earlier_document(officer, typed, record):
    before = Entry.objects.latest("pk").at
    again = typed | {"reason": "Bản rõ hơn", "seen": Entry.objects.latest("pk").pk}
    officer.post(correct_url(record), again | {"document": upload(PNG, "ban-ro.png")})
    standing = text(officer.get("/agencies/SO-NN/")).split("Roster entry")[0]
    assert "ban-ro.png" in standing
    assert "Quyết định 90.pdf" not in standing
    then = officer.get("/agencies/SO-NN/", {"known_at": before.isoformat()})
    assert "Quyết định 90.pdf" in text(then)
    assert "ban-ro.png" not in text(then)


def test_a_document_is_saved_and_never_shown_inside_the_site(officer, record):
    response = officer.get(reverse("agencies:evidence", args=[record.evidence.pk]))
    assert content(response) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(PDF))
    assert response["Content-Disposition"] == (
        f"attachment; filename*=utf-8''{quote('Quyết định 90.pdf')}"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    assert officer.post(response.request["PATH_INFO"]).status_code == 405


def test_who_may_look_may_save_what_is_on_record_and_nobody_else(client, record, lan, hung, quan):
    url = reverse("agencies:evidence", args=[record.evidence.pk])
    for user in (lan, hung, quan):
        client.force_login(user)
        assert content(client.get(url)) == PDF
    client.logout()
    assert client.get(url).status_code == 302


def test_what_no_record_names_is_for_officers(client, lan, hung):
    waiting = actions.keep_evidence(file=upload(), by=lan)
    url = reverse("agencies:evidence", args=[waiting.pk])
    client.force_login(hung)
    assert client.get(url).status_code == 404
    client.force_login(lan)
    assert content(client.get(url)) == PDF


def test_a_missing_file_is_told_in_words(officer, record):
    Path(record.evidence.file.path).unlink()
    response = officer.get(reverse("agencies:evidence", args=[record.evidence.pk]))
    assert response.status_code == 404
    assert "The document's file is missing" in text(response)
    assert "Quyết định 90.pdf" in text(response)
    assert officer.get(reverse("agencies:evidence", args=[999_999])).status_code == 404


def test_uploads_have_no_address_of_their_own(officer, record):
    for prefix in ("/", "/media/", "/static/"):
        assert officer.get(f"{prefix}{record.evidence.file.name}").status_code == 404


# The work list


def test_the_work_list_counts_what_is_missing_and_begins_with_number_and_date(
    officer, record, typed
):
    officer.post(
        "/agencies/THANH-TRA/status/record/",
        typed | {"decision_number": "", "seen": Entry.objects.latest("pk").pk},
    )
    context = officer.get("/to-do/").context
    assert [row.code for row in context["incomplete"]] == ["THANH-TRA"]
    assert context["incomplete"][0].missing == (Missing.NUMBER, Missing.EVIDENCE)
    assert context["pressing"] == 1
    assert context["lacking"] == [(Missing.NUMBER, 1), (Missing.DATE, 0), (Missing.EVIDENCE, 5)]
    narrowed = officer.get("/to-do/", {"missing": "evidence"}).context["incomplete"]
    assert [row.code for row in narrowed] == ["THANH-TRA", "SO-KHCN", "CC-KL", "CC-TL", "CC-TDC"]


def test_the_work_list_says_where_nothing_is_missing(officer, record):
    assert "Every declaration in force has its number and its date." in text(officer.get("/to-do/"))
    narrowed = officer.get("/to-do/", {"missing": "number"})
    assert "No declaration in force lacks this." in text(narrowed)
    for nonsense in ("x", "\x00", ""):
        response = officer.get("/to-do/", {"missing": nonsense, "page": nonsense})
        assert response.context["missing"] == ""
