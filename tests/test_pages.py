"""What people read and type on the pages."""

import re
from datetime import date

import pytest
from django.urls import reverse

from agencies import actions
from agencies.models import (
    Agency,
    AgencyGroup,
    Edition,
    Entry,
    Stage,
    StatusFacts,
    StatusRecord,
    User,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
AS_OF = {"as_of": "2021-11-15"}


@pytest.fixture
def officer(client):
    user = User.objects.get(username="chuyenvien")
    client.force_login(user)
    return user


@pytest.fixture
def second_officer():
    return User.objects.create_user("binh", "Mat-khau-cua-Binh", role="officer", full_name="Bình")


def text(response) -> str:
    """Return a page's words without its marks."""
    body = re.sub(r"<svg.*?</svg>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def applied(number="90/QĐ-UBND", day="20/11/2021"):
    edition = Edition.objects.get(year=2015)
    return {
        "stage": "applied",
        "edition": edition.pk,
        "decision_number": number,
        "decision_date": day,
        "declaration": "again",
    }


def searched(pattern: str, body: str) -> re.Match[str]:
    """Return where a page has the pattern."""
    match = re.search(pattern, body, re.DOTALL)
    assert match, pattern
    return match


def url(name, *args):
    return reverse(f"agencies:{name}", args=args)


# The dashboard


def test_the_dashboard_says_the_published_figures(client, officer):
    page = text(client.get("/", AS_OF))
    assert "106/148 cơ quan đã chuyển đổi, áp dụng TCVN ISO 9001:2015" in page
    for figure in ("19 /20", "07 /10", "06 /16", "74 /102", "71,62%", "95,00%", "72,55%"):
        assert figure in page
    assert "+31 so với 31/12/2020" in page
    assert "Còn 28 chưa chuyển đổi" in page
    assert "Còn 09 chưa chuyển đổi · 01 chưa xây dựng" in page
    assert "Dữ liệu minh họa" in page


def test_every_agency_is_a_mark(client, officer):
    body = client.get("/", AS_OF).content.decode()
    strip = searched(r'<svg class="marks marks--strip".*?</svg>', body).group()
    assert strip.count("<rect") == 148
    assert "<title>UBND huyện Tu Mơ Rông: chưa chuyển đổi</title>" in strip
    assert 'aria-label="148 cơ quan: đã chuyển đổi 106, chưa chuyển đổi 41, ' in strip


def test_the_past_is_told_with_the_knowledge_of_its_time(client, officer):
    now = text(client.get("/", {"as_of": "2020-12-31"}))
    then = text(client.get("/", {"as_of": "2020-12-31", "known_at": "2020-12-31T16:59:59Z"}))
    assert "69/148" in now
    assert "65/148" in then


def test_before_the_first_entry_there_is_no_record(client, officer):
    assert "Chưa có hồ sơ" in text(client.get("/", {"known_at": "2009-06-01T00:00:00Z"}))


def test_english_comes_second(client, officer):
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = text(client.get("/", AS_OF))
    assert "106/148 agencies have converted to TCVN ISO 9001:2015 and apply it" in page
    assert "Provincial" in page


def test_vietnamese_does_not_depend_on_the_browser(client, officer):
    assert "cơ quan đã chuyển đổi" in text(
        client.get("/", AS_OF, headers={"accept-language": "en"})
    )


# The as-of bar


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        ("as_of", "31/02/2021", "không phải là ngày hợp lệ"),
        ("as_of", "'; drop table", "không phải là ngày hợp lệ"),
        ("as_of", "0001-01-01", "chỉ nhận ngày từ 01/01/1900"),
        ("known_at", "2099-01-01T00:00:00Z", "tương lai"),
        ("known_at", "hôm qua", "không phải là thời điểm hợp lệ"),
        ("known_at", "0001-01-01T00:00:00Z", "không phải là thời điểm hợp lệ"),
        ("known_at", "2021-13-45T99:00", "không phải là thời điểm hợp lệ"),
        ("compared_with", "x", "không phải là ngày hợp lệ"),
        ("edition", "9001:2026", "các phiên bản có: TCVN ISO 9001:2000"),
        ("edition", "\x00", "Không đọc được"),
    ],
)
@pytest.mark.usefixtures("officer")
def test_a_question_that_cannot_be_read_is_sent_back(client, parameter, value, said):
    for address in ("/", "/agencies/", "/agencies/X031/", "/reports/summary.xlsx"):
        response = client.get(address, {parameter: value})
        assert response.status_code == 400
        assert "Không đọc được yêu cầu" in text(response)
        assert said in text(response)


def test_a_permalink_writes_all_four_out(client, officer):
    body = client.get("/", AS_OF).content.decode()
    link = searched(r'href="\?(as_of=[^"]*known_at[^"]*)"', body).group(1)
    assert "as_of=2021-11-15" in link
    assert re.search(r"known_at=\d{4}-\d\d-\d\dT[^&]*Z", link.replace("%3A", ":"))
    assert "compared_with=2020-12-31" in link
    assert "edition=TCVN+ISO+9001%3A2015" in link
    assert "106/148" in text(client.get("/?" + link.replace("&amp;", "&")))


def test_a_time_without_offset_is_the_office_s(client, officer):
    page = client.get("/", {**AS_OF, "known_at": "2021-11-12T16:39"})
    assert "74 /102" not in text(page)  # the last entry is of 16:40 in Kon Tum
    page = client.get("/", {**AS_OF, "known_at": "2021-11-12T16:40"})
    assert "74 /102" in text(page)


def test_links_carry_the_question(client, officer):
    body = client.get("/agencies/", {**AS_OF, "group": "CAP_XA"}).content.decode()
    assert re.search(r'href="/agencies/X\d+/\?as_of=2021-11-15"', body)
    hidden = '<input type="hidden" name="as_of" value="2021-11-15">'
    assert hidden in body


# The list


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "dak ha"}, {"UBND huyện Đắk Hà", "UBND thị trấn Đắk Hà", "UBND xã Đắk Hà"}),
        ({"q": "ĐẮK HÀ", "group": "CAP_HUYEN"}, {"UBND huyện Đắk Hà"}),
        ({"q": "tu mo rong", "group": "CAP_HUYEN"}, {"UBND huyện Tu Mơ Rông"}),
        ({"q": "ia h drai"}, {"UBND huyện Ia H'Drai"}),
        ({"q": "CT02"}, {"Thanh tra tỉnh"}),
        ({"category": "not_started"}, {"Ban Thi đua - Khen thưởng"}),
        ({"category": "left", "group": "CAP_TINH"}, {"Thanh tra tỉnh"}),
        ({"own_edition": "2008", "group": "CAP_TINH"}, {"Thanh tra tỉnh"}),
        ({"q": "khong co dau"}, set()),
    ],
)
def test_the_list_finds(client, officer, query, found):
    response = client.get("/agencies/", {**AS_OF, **query})
    assert {row.record.name for row in response.context["table"].rows} >= found
    if "dak ha" not in query.get("q", ""):
        assert {row.record.name for row in response.context["table"].rows} == found


def test_the_list_comes_in_pages_of_25_in_vietnamese_order(client, officer):
    response = client.get("/agencies/", {**AS_OF, "group": "CAP_XA"})
    table = response.context["table"]
    assert len(table.paginated_rows) == 25
    assert response.context["found"] == 102
    names = [row.record.name for row in table.rows]
    assert names.index("UBND xã Diên Bình") < names.index("UBND xã Đắk Ang")
    assert names.index("UBND xã Ya Xiêr") < len(names)


@pytest.mark.parametrize("query", [{"page": "999"}, {"page": "x"}, {"sort": "nonsense"}])
def test_a_strange_page_or_order_is_no_error(client, officer, query):
    assert client.get("/agencies/", query).status_code == 200


@pytest.mark.parametrize("query", [{"group": "NOPE"}, {"category": "x"}, {"own_edition": "abc"}])
def test_a_strange_filter_is_said(client, officer, query):
    response = client.get("/agencies/", query)
    assert response.status_code == 200
    assert response.context["filter"].form.errors
    assert response.context["found"] == 0


def test_sorting_goes_by_vietnamese_names(client, officer):
    response = client.get("/agencies/", {**AS_OF, "sort": "-name"})
    assert response.context["table"].paginated_rows[0].record.name.startswith("Văn phòng")


# The agency page


def test_the_agency_page_tells_what_held_and_who_recorded_it(client, officer):
    page = text(client.get(url("agency-detail", "X031"), AS_OF))
    assert "UBND xã Đắk Long" in page
    assert "áp dụng TCVN ISO 9001:2008" in page
    assert "Chuyên viên Chi cục ghi nhận, 02/12/2016 16:15" in page
    assert "Nhập nhầm đơn vị trùng tên" in page  # the correction stays visible
    assert "62/QĐ-UBND" in page  # and so does what it took out


def test_the_page_of_a_past_moment_knows_no_later_correction(client, officer):
    moment = {**AS_OF, "known_at": "2021-04-01T00:00:00Z"}
    page = text(client.get(url("agency-detail", "X031"), moment))
    assert "áp dụng TCVN ISO 9001:2015" in page
    assert "Nhập nhầm" not in page


@pytest.mark.parametrize("code", ["NOPE", "%00", "a%20b", "%F0%9F%98%80", "..%2F", "x" * 500])
def test_an_unknown_agency_is_not_found(client, officer, code):
    for path in (f"/agencies/{code}/", f"/agencies/{code}/status/record/"):
        response = client.get(path)
        assert response.status_code == 404
        assert "Không có trang này" in text(response)


def test_a_code_typed_in_another_case_leads_to_the_agency(client, officer):
    response = client.get("/agencies/x031/", AS_OF)
    assert (response.status_code, response["Location"]) == (302, "/agencies/X031/?as_of=2021-11-15")


def test_a_day_without_agencies_says_so_and_leads_to_the_first(client, officer):
    for address in ("/", "/reports/charts/"):
        response = client.get(address, {"as_of": "2008-05-01"})
        assert "Ngày 01/05/2008 không có cơ quan nào được tính" in text(response)
        assert "—" not in text(response).split("Ngày 01/05/2008 không có")[1].split("Hiển thị")[0]
        assert 'href="/?as_of=2010-01-01"' in response.content.decode()


# Forms


def test_recording_a_status_changes_the_figures(client, officer):
    response = client.post(url("record-status", "X031"), applied())
    assert response.status_code == 302
    assert "75 /102" in text(client.get("/"))
    assert "74 /102" in text(client.get("/", AS_OF))


def test_a_declaration_holds_from_its_decision_unless_told(client, officer):
    client.post(url("record-status", "X031"), applied(day="20/11/2021"))
    row = StatusRecord.objects.believed().get(agency__code="X031", valid_to=None)
    assert (row.valid_from, row.effective_date) == (date(2021, 11, 20), None)
    client.post(
        url("record-status", "X032"), applied(day="20/11/2021") | {"valid_from": "01/12/2021"}
    )
    row = StatusRecord.objects.believed().get(agency__code="X032", valid_to=None)
    assert (row.valid_from, row.effective_date) == (date(2021, 12, 1), date(2021, 12, 1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stage": ""}, "bắt buộc"),
        ({"edition": ""}, "phải ghi phiên bản"),
        ({"edition": "999"}, "không có trong danh sách"),
        ({"decision_date": "31/02/2021"}, "“31/02/2021” không phải là ngày hợp lệ"),
        ({"decision_date": "31/12/2099"}, "31/12/2099 ở tương lai"),
        ({"decision_date": "05/03/2014"}, "05/03/2014 là trước khi có TCVN ISO 9001:2015"),
        ({"decision_date": ""}, "có hiệu lực từ ngày nào"),
        ({"valid_from": "05/03/1999"}, "Ngày 05/03/1999 cơ quan X031 không tồn tại"),
        ({"decision_date": "25/11/2016"}, "Đã có ghi nhận bắt đầu từ ngày 25/11/2016"),
        ({"procedures": "-1"}, "0"),
        ({"stage": "exempt", "note": "", "signer": "điều đã gõ"}, "vì sao"),
        (
            {"stage": "exempt", "note": "", "valid_from": "01/11/2021", "signer": "điều đã gõ"},
            "vì sao",
        ),
        ({"note": "điều đã gõ" + "x" * 5001}, "5000"),
        ({"decision_number": "x" * 101}, "100"),
        ({"decision_number": "a\x00b"}, "NUL"),
        ({"seen": "abc"}, ""),
        ({"seen": "9" * 30}, ""),
    ],
)
def test_wrong_input_is_kept_and_said(client, officer, change, said):
    before = Entry.objects.count()
    sent = applied() | {"valid_from": "", "note": "điều đã gõ"} | change
    response = client.post(url("record-status", "X031"), sent)
    assert response.status_code == 200
    assert Entry.objects.count() == before
    assert "điều đã gõ" in response.content.decode()
    assert said in text(response)


def test_what_a_stage_does_not_ask_for_is_not_recorded_unseen(client, officer):
    sent = applied() | {"stage": "building", "valid_from": "20/11/2021", "signer": "Chủ tịch"}
    assert client.post(url("record-status", "X031"), sent).status_code == 302
    row = StatusRecord.objects.believed().get(agency__code="X031", valid_to=None)
    assert (row.stage, row.edition, row.decision_number, row.signer) == ("building", None, "", "")


def test_invisible_signs_are_not_recorded(client, officer):
    sent = applied("90\x01/QĐ\u200b-UBND") | {"note": "dòng một\r\ndòng hai\x02"}
    assert client.post(url("record-status", "X031"), sent).status_code == 302
    row = StatusRecord.objects.believed().get(agency__code="X031", valid_to=None)
    assert (row.decision_number, row.note) == ("90/QĐ-UBND", "dòng một\ndòng hai")


@pytest.mark.parametrize("code", ["add", "BULK", "entries", "..", ".x", "-x", "a/b", "x031", ""])
def test_a_code_that_could_not_be_opened_is_refused(client, officer, code):
    group = AgencyGroup.objects.get(code="CAP_XA").pk
    sent = {"code": code, "name": "UBND xã Mới", "group": group, "valid_from": "01/01/2022"}
    response = client.post(url("agency-add"), sent)
    assert response.status_code == 200
    assert response.context["form"].errors


def test_a_preview_left_by_its_address_leads_back_to_the_form(client, officer):
    page = reverse("reports:consequence", args=["record-status", "X031"])
    response = client.get(page, AS_OF)
    assert response["Location"] == "/agencies/X031/status/record/?as_of=2021-11-15"
    for strange in ("correct-status/X031/", "add/X031/", "lifetime/X031/5/", "nope/"):
        assert client.get(f"/reports/consequence/{strange}").status_code == 404
    add = client.get(reverse("reports:consequence-add", args=["add"]))
    assert add["Location"] == "/agencies/add/"


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", "😀"])
def test_a_search_for_signs_finds_nothing(client, officer, query):
    assert client.get("/agencies/", {"q": query}).context["found"] == 0


def test_a_correction_needs_a_reason_and_shows_both(client, officer):
    record = StatusRecord.objects.believed().get(agency__code="X031", stage=Stage.APPLIED)
    page = url("correct-status", "X031", record.pk)
    assert "166/QĐ-UBND" in client.get(page).content.decode()
    edition = Edition.objects.get(year=2008).pk
    sent = applied("167/QĐ-UBND", "25/11/2016") | {"edition": edition, "valid_from": "25/11/2016"}
    assert "bắt buộc" in text(client.post(page, sent))
    response = client.post(page, sent | {"reason": "Nhập nhầm số"}, follow=True)
    assert "Nhập nhầm số" in text(response)
    assert "167/QĐ-UBND" in text(response)
    assert "166/QĐ-UBND" in text(response)


def test_taking_out_extends_the_status_before(client, officer):
    record = StatusRecord.objects.believed().get(agency__code="X031", stage=Stage.APPLIED)
    page = url("take-out-status", "X031", record.pk)
    response = client.post(page, {"reason": "Không có quyết định này"})
    assert response.status_code == 302
    assert (
        StatusRecord.objects.believed().get(agency__code="X031", valid_to=None).stage == "building"
    )


def test_an_agency_is_renamed_from_a_day_on(client, officer):
    agency = Agency.objects.get(code="X031")
    form = client.get(url("change-roster", "X031")).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent |= {"name": "UBND xã Đăk Long", "valid_from": "01/01/2022"}
    assert client.post(url("change-roster", "X031"), sent).status_code == 302
    names = list(agency.roster_records.filter(superseded=None).values_list("name", flat=True))
    assert names == ["UBND xã Đắk Long", "UBND xã Đăk Long"]
    old = client.get(url("agency-detail", "X031"), AS_OF).content.decode()
    assert "<h1>UBND xã Đắk Long</h1>" in old


def test_a_new_agency_is_added_and_counted(client, officer):
    sent = {
        "code": "X103",
        "name": "UBND xã Mới",
        "group": AgencyGroup.objects.get(code="CAP_XA").pk,
        "valid_from": "01/01/2022",
    }
    response = client.post(url("agency-add"), sent)
    assert response.status_code == 302
    assert "74 /103" in text(client.get("/"))
    again = client.post(url("agency-add"), sent)
    assert again.context["form"].errors["code"]


def test_a_life_ends_and_the_agency_is_no_longer_counted(client, officer):
    sent = {"valid_from": "01/01/2010", "valid_to": "01/07/2025", "reason": "Giải thể"}
    assert client.post(url("lifetime", "H01"), sent).status_code == 302
    page = text(client.get(url("agency-detail", "H01")))
    assert "Ngày này cơ quan không tồn tại" in page


# What a change would do, said before it is saved


def test_the_form_says_the_consequence_and_saves_nothing(client, officer):
    before = Entry.objects.count()
    page = reverse("reports:consequence", args=["record-status", "X031"])
    fragment = client.post(page, applied(), headers={"hx-request": "true"})
    assert "UBND cấp xã: 74/102 → 75/102" in text(fragment)
    assert "Tổng cộng: 106/148 → 107/148" in text(fragment)
    assert "HX-Request" in fragment["Vary"]
    assert "<html" not in fragment.content.decode()
    assert Entry.objects.count() == before


def test_without_scripts_the_consequence_is_the_form_s_own_page(client, officer):
    page = reverse("reports:consequence", args=["record-status", "X031"])
    response = client.post(page, applied(number="999/QĐ-UBND"))
    assert "74/102 → 75/102" in text(response)
    assert 'value="999/QĐ-UBND"' in response.content.decode()
    assert 'action="/agencies/X031/status/record/"' in response.content.decode()


def test_the_consequence_is_said_for_the_day_asked_too(client, officer):
    page = reverse("reports:consequence", args=["record-status", "X031"]) + "?as_of=2021-11-15"
    sent = applied(day="20/10/2021")
    said = text(client.post(page, sent, headers={"hx-request": "true"}))
    assert said.count("74/102 → 75/102") == 2
    assert "Ngày 15/11/2021" in said


def test_a_consequence_that_is_refused_says_why(client, officer):
    page = reverse("reports:consequence", args=["record-status", "X031"])
    said = text(client.post(page, applied(day="25/11/2016"), headers={"hx-request": "true"}))
    assert "Không thể ghi nhận" in said
    assert "25/11/2016" in said


def test_the_consequence_of_every_act_can_be_asked(client, officer):
    record = StatusRecord.objects.believed().get(agency__code="X031", stage=Stage.APPLIED)
    take_out = reverse("reports:consequence-record", args=["take-out-status", "X031", record.pk])
    said = text(client.post(take_out, {"reason": "x"}))
    assert "74/102 → 74/102 (chưa chuyển đổi 28 → 27, đang xây dựng 00 → 01)" in said
    life = reverse("reports:consequence", args=["lifetime", "X001"])
    sent = {"valid_from": "01/01/2010", "valid_to": "01/01/2022", "reason": "Giải thể"}
    assert "74/102 → 73/101" in text(client.post(life, sent))
    assert client.post(reverse("reports:consequence", args=["nope", "X001"])).status_code == 404


# Two officers


def test_a_stale_form_is_refused_with_both_versions_and_what_was_typed(
    client, officer, second_officer
):
    page = url("record-status", "X031")
    seen = client.get(page).context["form"]["seen"].value()
    actions.record_status(
        agency=Agency.objects.get(code="X031"),
        valid_from=date(2022, 3, 1),
        facts=StatusFacts(Stage.WITHDRAWN, decision_number="12/QĐ-UBND"),
        by=second_officer,
    )
    before = Entry.objects.count()
    sent = applied("90/QĐ-UBND", "20/04/2022") | {"seen": seen}
    response = client.post(page, sent)
    assert response.status_code == 409
    assert Entry.objects.count() == before
    page_text = text(response)
    assert "Bình" in page_text
    assert "hủy công bố, 12/QĐ-UBND" in page_text
    assert "áp dụng TCVN ISO 9001:2008" in page_text
    body = response.content.decode()
    assert 'value="90/QĐ-UBND"' in body
    again = sent | {"seen": response.context["form"].data["seen"]}
    assert client.post(page, again).status_code == 302


def test_a_stale_correction_is_sent_to_the_record_that_stands_now(client, officer, second_officer):
    record = StatusRecord.objects.believed().get(agency__code="X031", stage=Stage.APPLIED)
    page = url("correct-status", "X031", record.pk)
    seen = client.get(page).context["form"]["seen"].value()
    facts = StatusFacts(**{**record.facts(), "procedures": 7})
    actions.correct_status_record(
        record=record,
        valid_from=record.valid_from,
        facts=facts,
        reason="Đếm lại",
        by=second_officer,
    )
    edition = Edition.objects.get(year=2008).pk
    sent = applied("168/QĐ-UBND", "25/11/2016") | {"edition": edition, "reason": "Số", "seen": seen}
    response = client.post(page, sent)
    assert response.status_code == 409
    now = StatusRecord.objects.believed().get(agency__code="X031", stage=Stage.APPLIED)
    assert f"/status/{now.pk}/correct/" in response.content.decode()
    assert 'value="168/QĐ-UBND"' in response.content.decode()
    again = sent | {"seen": response.context["form"].data["seen"]}
    assert client.post(url("correct-status", "X031", now.pk), again).status_code == 302


def test_a_huge_number_in_an_address_is_not_found(client, officer):
    many = "9" * 30
    for path in (
        f"/agencies/X031/status/{many}/correct/",
        f"/agencies/X031/roster/{many}/take-out/",
        f"/agencies/entries/{many}/undo/",
        f"/agencies/?page={many}",
    ):
        assert client.get(path).status_code in (200, 404), path
    response = client.post(f"/reports/consequence/correct-status/X031/{many}/", {})
    assert response.status_code == 404


def test_two_forms_on_two_agencies_do_not_disturb_each_other(client, officer):
    seen = client.get(url("record-status", "X031")).context["form"]["seen"].value()
    client.post(url("record-status", "X032"), applied())
    sent = applied() | {"seen": seen}
    assert client.post(url("record-status", "X031"), sent).status_code == 302


# The work list


@pytest.mark.usefixtures("officer")
def test_the_work_list_comes_in_pages(client):
    asked = {**AS_OF, "missing": "evidence"}
    first = client.get("/to-do/", asked)
    assert len(first.context["incomplete"]) == 25
    assert first.context["incomplete"].paginator.count == 147  # all but the one not built
    assert "as_of=2021-11-15&amp;missing=evidence&amp;page=2" in first.content.decode()
    assert len(client.get("/to-do/", {**asked, "page": "6"}).context["incomplete"]) == 22
