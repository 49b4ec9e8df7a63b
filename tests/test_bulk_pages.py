"""What officers see when they record for several agencies at once, and undo it."""

import re
from datetime import date

import pytest
from django.urls import reverse

from agencies import actions
from agencies.models import Agency, Edition, Entry, Stage, StatusFacts, StatusRecord, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
BULK, PREVIEW = "/agencies/bulk/", "/reports/consequence/bulk/"
THREE = "X031,X023,X035"


@pytest.fixture
def officer(client):
    user = User.objects.get(username="chuyenvien")
    client.force_login(user)
    return user


@pytest.fixture
def other():
    return User.objects.create_user("binh", "Mat-khau-cua-Binh", role="officer", full_name="Bình")


def typed(**others):
    return {
        "chosen": THREE,
        "stage": "applied",
        "edition": Edition.objects.get(year=2015).pk,
        "decision_number": "90/QĐ-UBND",
        "decision_date": "20/11/2021",
        "seen": Entry.objects.latest("pk").pk,
        **others,
    }


def text(response) -> str:
    body = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def codes(response) -> list[str]:
    return [agency.code for agency in response.context["form"].agencies]


def exempt(code, day, by):
    agency = Agency.objects.get(code=code)
    facts = StatusFacts(Stage.EXEMPT)
    return actions.record_status(agency=agency, valid_from=day, facts=facts, by=by)


def undo_url(entry, **query):
    return reverse("agencies:undo-entry", args=[entry.pk])


def test_only_officers_have_boxes_to_tick(client, officer):
    assert client.get("/agencies/").content.decode().count('class="tick"') == 25
    for username in ("lanhdao", "quantri"):
        client.force_login(User.objects.get(username=username))
        body = client.get("/agencies/").content.decode()
        assert 'class="tick"' not in body
        assert BULK not in body


def test_ticks_travel_over_pages_and_filters(client, officer):
    ticked = client.get("/agencies/", {"group": "CAP_XA", "chosen": "H01", "agency": ["X031"]})
    assert ticked.status_code == 302
    assert "chosen=H01%2CX031" in ticked["Location"]
    body = client.get("/agencies/", {"q": "dak long", "chosen": "H01,X031"}).content.decode()
    assert 'value="X031" aria-label' in body
    assert re.search(r'value="X031" aria-label="[^"]*" checked', body)
    assert '<input type="hidden" name="chosen" value="H01">' in body
    assert '<input type="hidden" name="chosen" value="H01,X031">' in body


def test_all_of_a_page_are_ticked_by_a_link(client, officer):
    page = client.get("/agencies/", {"q": "dak ha", "group": "CAP_XA", "chosen": "H01"})
    assert page.context["ticks"].all_here.startswith("H01,")
    assert page.context["found"] == len(page.context["ticks"].shown)


@pytest.mark.parametrize("chosen", ["", "NOPE", "\x00", "X031'--", "," * 50])
def test_codes_that_are_none_choose_nobody(client, officer, chosen):
    response = client.get(BULK, {"chosen": chosen})
    assert response.status_code == 200
    assert codes(response) == []


def test_three_are_recorded_under_one_entry(client, officer):
    before = Entry.objects.count()
    assert client.post(BULK, typed(reason="Đợt 3")).status_code == 302
    assert Entry.objects.count() == before + 1
    entry = Entry.objects.latest("pk")
    assert entry.reason == "Đợt 3"
    assert StatusRecord.objects.filter(recorded=entry, valid_from=date(2021, 11, 20)).count() == 3
    assert undo_url(entry) in client.get("/agencies/").content.decode()
    assert "77 /102" in text(client.get("/"))


def test_the_list_comes_back_as_it_was_narrowed(client, officer):
    address = f"{BULK}?as_of=2021-11-15&q=x%C3%A3&category=left&sort=-name&chosen={THREE}&evil=1"
    page = client.get(address)
    kept = page.context["list_shown"]
    assert kept == "q=x%C3%A3&category=left&sort=-name"
    assert (
        'href="/agencies/?as_of=2021-11-15&amp;q=x%C3%A3&amp;category=left' in page.content.decode()
    )

    done = client.post(f"{BULK}?as_of=2021-11-15", typed(list=kept))

    assert done.status_code == 302
    assert done["Location"] == f"/agencies/?as_of=2021-11-15&{kept}"


def test_the_preview_goes_agency_by_agency_and_saves_nothing(client, officer):
    before = Entry.objects.count()
    fragment = client.post(PREVIEW, typed(), headers={"hx-request": "true"})
    said = text(fragment)
    for name in ("UBND xã Đắk Long (X031)", "UBND xã Đắk Ang (X035)"):
        assert name in said
    assert "74/102 → 77/102" in said
    assert "<html" not in fragment.content.decode()
    page = client.post(PREVIEW, typed())
    assert "74/102 → 77/102" in text(page)
    assert 'value="90/QĐ-UBND"' in page.content.decode()
    assert Entry.objects.count() == before


def test_a_refused_agency_is_named_and_may_be_left_out(client, officer, other):
    exempt("X023", date(2021, 11, 20), other)
    fragment = client.post(PREVIEW, typed(), headers={"hx-request": "true"})
    assert fragment.context["refused_codes"] == "X023"
    assert "→ 77/102" not in text(fragment)
    refused = client.post(BULK, typed())
    assert refused.status_code == 200
    assert "(X023): " in str(refused.context["form"].non_field_errors())
    left = client.post(BULK, typed(leave_out="X023", note="điều đã gõ"))
    assert codes(left) == ["X031", "X035"]
    assert "điều đã gõ" in left.content.decode()
    assert not left.context["form"].errors
    assert client.post(BULK, typed(chosen="X031,X035")).status_code == 302


def test_a_form_overtaken_at_one_agency_shows_both_versions(client, officer, other):
    sent = typed()
    exempt("X023", date(2022, 3, 1), other)
    response = client.post(BULK, sent)
    assert response.status_code == 409
    assert [life.agency.code for life, _rows in response.context["stale"]["agencies"]] == ["X023"]
    assert "(X023)</h3>" in response.content.decode()  # by its name, the code behind it
    assert "Bình" in text(response)
    assert 'value="90/QĐ-UBND"' in response.content.decode()
    again = sent | {"seen": response.context["form"].data["seen"]}
    assert client.post(BULK, again).status_code == 302


def test_queries_do_not_grow_with_the_agencies_chosen(
    client, officer, django_assert_max_num_queries
):
    chosen = ",".join(Agency.objects.filter(code__startswith="X").values_list("code", flat=True))
    with django_assert_max_num_queries(61):
        client.post(PREVIEW, typed(chosen=chosen), headers={"hx-request": "true"})


# Undoing


@pytest.fixture
def batch(client, officer):
    client.post(BULK, typed())
    return Entry.objects.latest("pk")


def test_an_act_is_offered_for_undoing_to_officers_alone(client, batch):
    page = reverse("agencies:agency-detail", args=["X031"])
    assert undo_url(batch) in client.get(page).content.decode()
    client.force_login(User.objects.get(username="lanhdao"))
    assert undo_url(batch) not in client.get(page).content.decode()


def test_the_batch_is_undone_as_one_with_a_reason(client, batch):
    page = client.get(undo_url(batch), {"from": "X031"})
    assert len(page.context["restated"]) == 3
    assert "77/102 → 74/102" in text(
        client.post(reverse("reports:consequence-undo", args=[batch.pk]), {})
    )
    assert client.post(undo_url(batch), {"reason": ""}).context["form"].errors["reason"]
    done = client.post(f"{undo_url(batch)}?from=X031", {"reason": "Nhầm"})
    assert done["Location"].endswith("/agencies/X031/")
    assert "74 /102" in text(client.get("/"))
    after = client.get(done["Location"])
    assert [act.undone_by and act.undone_by.reason for act in after.context["acts"]][:2] == [
        None,
        "Nhầm",
    ]
    assert undo_url(batch) not in after.content.decode()
    assert client.get(undo_url(batch)).context["refusals"]


def test_what_stands_in_the_way_is_listed(client, batch, other):
    exempt("X023", date(2022, 3, 1), other)
    page = client.get(undo_url(batch))
    assert len(page.context["refusals"]) == 1
    assert "(X023)" in page.context["refusals"][0]
    assert "Bình" in page.context["refusals"][0]
    assert client.post(undo_url(batch), {"reason": "Nhầm"}).status_code == 200
    assert Entry.objects.latest("pk").kind == "record"


def test_an_undoing_overtaken_shows_both_versions(client, batch, other):
    exempt("X023", date(2010, 6, 1), other)
    response = client.post(undo_url(batch), {"reason": "Nhầm", "seen": batch.pk})
    assert response.status_code == 409
    assert "Nhầm" in response.content.decode()


def test_no_entry_no_page(client, officer):
    assert client.get(reverse("agencies:undo-entry", args=[999_999])).status_code == 404


def test_links_tick_all_on_the_page_and_none(client, officer):
    page = client.get("/agencies/?group=CAP_HUYEN&chosen=X031").content.decode()
    ticking, clearing = (
        re.findall(rf'<a href="([^"]*)">{words}</a>', page)[0].replace("&amp;", "&")
        for words in ("Chọn tất cả trên trang này", "Bỏ chọn tất cả")
    )
    ticked = client.get(f"/agencies/{ticking}").context["ticks"].chosen
    assert len(ticked) == 11
    assert "X031" in ticked
    assert client.get(f"/agencies/{clearing}").context["ticks"].chosen == []
    assert "group=CAP_HUYEN" in clearing
