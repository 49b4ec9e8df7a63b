"""The sentences of the Word report about the small province: what stands there, and when."""

from datetime import date

import pytest

from agencies.actions import add_agency, apply_reorganisation
from agencies.models import (
    AgencyGroup,
    Edition,
    ReorganisationPlan,
    RosterFacts,
    StatusFacts,
    SuccessorPlan,
)
from agencies.questions import ask
from reports.word_report import build_report
from tests.test_word_report import KNOWN, everything, opened, texts

pytestmark = pytest.mark.django_db
DONE = "đã xây dựng, chuyển đổi áp dụng HTQLCL theo TCVN ISO 9001:2015"


def report(day=date(2021, 11, 15), **question):
    return opened(build_report(ask(day=day, **question)))


def test_exempt_agencies_are_named_and_stay_out_of_the_total(small_province):
    said = texts(report(date(2017, 6, 30), known_at=KNOWN))
    assert (
        f"- Chưa có cơ quan nào trong 01 chi cục trực thuộc Sở {DONE} (còn 01 cơ quan chưa chuyển "
        "đổi); không tính 01 cơ quan không thuộc đối tượng áp dụng: Chi cục Kiểm lâm." in said
    )
    assert (
        f"- Đã có 01/03 cơ quan chuyên môn {DONE} (còn 01 cơ quan chưa chuyển đổi, "
        "01 cơ quan chưa xây dựng)." in said
    )


def test_real_data_bears_no_mark(lan):
    group = AgencyGroup.objects.create(code="SO", name="Sở")
    facts = RosterFacts(name="Sở Một", group_id=group.pk)
    add_agency(code="S1", facts=facts, valid_from=date(2020, 1, 1), by=lan)
    said = everything(report())
    assert "Sở Một" in said
    assert "minh họa" not in said


def test_the_mark_of_assumed_data_is_there(small_province):
    assert "Dữ liệu minh họa" in everything(report())


def test_a_reorganisation_is_named_and_so_is_what_it_has_not_reached(small_province):
    merged = SuccessorPlan(
        code="CC-MOI", predecessors=("CC-KL", "CC-TL"), name="Chi cục Lâm nghiệp và Thủy lợi",
        group="CC", parent="SO-NN", first_status="carried", carried_from="CC-KL",
    )  # fmt: skip
    plan = ReorganisationPlan(
        "12/NQ-HĐND", date(2023, 3, 1), (merged,), notice="Chỉ cập nhật chi cục."
    )
    apply_reorganisation(plan=plan, by=small_province.by)
    said = everything(report(date(2023, 6, 30)))
    assert "Lưu ý: Chỉ cập nhật chi cục." in said
    assert "- Sắp xếp, tổ chức lại (12/NQ-HĐND): 03 cơ quan" in said


def test_a_group_without_agencies_is_said_to_have_none(small_province):
    AgencyGroup.objects.create(code="XA", name="UBND cấp xã", position=3)
    document = report()
    assert "- UBND cấp xã: không có cơ quan nào được tính vào ngày nêu trên." in texts(document)
    assert "UBND cấp xã: không có cơ quan nào được tính" in everything(document)


def test_nobody_left_is_said(small_province):
    facts = StatusFacts("applied", edition_id=small_province.edition_2008.pk)
    small_province.record("THANH-TRA", date(2022, 1, 1), facts)
    said = texts(report(date(2022, 6, 30), edition=Edition.objects.get(year=2008)))
    assert (
        "Không còn cơ quan nào chưa hoàn thành việc xây dựng, chuyển đổi áp dụng "
        "TCVN ISO 9001:2008." in said
    )
    assert not any(text.startswith("Bảng 4") for text in said)
    assert any("toàn bộ 06/06 cơ quan" in text for text in said)


def test_who_is_exempt_alone_has_no_fraction(small_province):
    exempt = AgencyGroup.objects.create(code="XA", name="UBND cấp xã", position=3)
    small_province.groups["XA"] = exempt
    small_province.add("X1", "UBND xã Một", date(2010, 1, 1), "XA", "UBND-TINH")
    small_province.record("X1", date(2010, 1, 1), StatusFacts("exempt", note="không có thủ tục"))
    said = texts(report())
    assert (
        "- UBND cấp xã: không có cơ quan nào được tính vào ngày nêu trên; không tính 01 cơ quan "
        "không thuộc đối tượng áp dụng: UBND xã Một." in said
    )


def test_fewer_than_before_is_said_too(small_province):
    withdrawn = StatusFacts("withdrawn", edition_id=small_province.edition_2015.pk)
    small_province.record("SO-KHCN", date(2022, 3, 1), withdrawn)
    said = " ".join(texts(report(date(2022, 6, 30))))
    assert "số cơ quan đã chuyển đổi giảm 01 cơ quan: " in said
    before = " ".join(texts(report(date(2022, 2, 1))))
    assert "số cơ quan đã chuyển đổi không tăng, không giảm: " in before
