"""The change report as a page and as a file, on the small province."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

pytestmark = pytest.mark.django_db
CHANGES = "/reports/changes/"
ASKED = {
    "as_of": "2021-12-31",
    "known_at": "2022-12-31T00:00:00Z",
    "then": "2020-12-31",
    "then_known_at": "2021-01-01 09:00",
}


@pytest.fixture
def officer(client, lan, small_province):
    client.force_login(lan)
    return client


def test_each_figure_leads_to_its_agencies(officer):
    response = officer.get(CHANGES, ASKED)
    context = response.context
    assert context["report"].known.total.fraction == "03/06"
    converted = {
        name: {
            row.record.code
            for row in officer.get(context[name] + "&category=converted").context["table"].rows
        }
        for name in ("then_url", "known_url")
    }
    assert converted == {
        "then_url": {"SO-KHCN", "SO-NN", "CC-TDC"},
        "known_url": {"SO-KHCN", "CC-TL", "CC-TDC"},
    }


def test_every_class_names_its_agencies_with_who_when_and_why(officer):
    body = officer.get(CHANGES, ASKED).content.decode()
    for step_and_class in ("learnt-late", "learnt-correction", "happened-real"):
        assert f'href="#{step_and_class}"' in body
        assert f'id="{step_and_class}"' in body
    assert 'id="learnt-reorganisation"' not in body
    assert "15/03/2021 09:00" in body
    assert "01/KH-SNN là kế hoạch, không phải công bố" in body
    assert "/agencies/CC-KL/?" in body


def test_the_report_and_the_comparison_lead_to_each_other(officer):
    context = officer.get(CHANGES, ASKED).context
    comparison = officer.get(context["compare_url"]).context
    assert comparison["then"].as_of == context["then"].as_of
    assert comparison["question"].as_of == context["question"].as_of
    again = officer.get(comparison["report_url"]).context
    assert again["total"] == context["total"]


def test_a_permalink_keeps_both_sides(officer):
    context = officer.get(CHANGES, ASKED).context
    assert officer.get(f"{CHANGES}?{context['permalink']}").context["total"] == context["total"]


@pytest.mark.parametrize("bad", [{"then": "31/02/2021"}, {"then_known_at": "2099-01-01"}])
@pytest.mark.parametrize("format_", [{}, {"format": "xlsx"}])
def test_a_side_that_cannot_be_read_is_sent_back(officer, bad, format_):
    response = officer.get(CHANGES, {**ASKED, **bad, **format_})
    assert response.status_code == 400
    body = response.content.decode()
    assert 'class="errors"' in body
    assert f'action="{CHANGES}"' in body


@pytest.mark.parametrize("format_", [{}, {"format": "xlsx"}])
def test_an_empty_office_and_the_same_question_twice_have_nothing_to_tell(client, lan, format_):
    client.force_login(lan)
    assert client.get(CHANGES, format_).status_code == 200
    same = {"as_of": "2021-12-31", "then": "2021-12-31"}
    assert client.get(CHANGES, {**same, **format_}).status_code == 200


def opened(response):
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    content = BytesIO(response.content)
    return load_workbook(content, data_only=True), load_workbook(content)


def test_the_file_has_the_rows_of_the_page(officer):
    values, formulas = opened(officer.get(CHANGES, {**ASKED, "format": "xlsx"}))
    rows = [row[1:] for row in values.worksheets[1].iter_rows(values_only=True)]
    listed = {row[3]: (row[9], row[10], row[13], row[15]) for row in rows if row[3]}
    reason = "01/KH-SNN là kế hoạch, không phải công bố"
    assert listed["SO-NN"] == (-1, 0, "Lan", reason)
    assert listed["CC-TL"][:3] == (1, 0, "Lan")
    assert listed["CC-KL"][:3] == (1, 0, "Lan")
    assert len(listed) == 4  # with the heading

    summary = list(values.worksheets[0].iter_rows(values_only=True))
    numbers = [row[1:4] for row in summary if isinstance(row[3], int)]
    assert numbers == [
        (None, 3, 6),
        (1, 1, 0),
        (1, -1, 0),
        (0, 0, 0),
        (None, 3, 6),
        (0, 0, 0),
        (1, 1, 0),
        (None, 4, 6),
    ]
    cells = [cell.value for row in formulas.worksheets[0].iter_rows() for cell in row]
    assert sum(str(value).startswith("=SUMIFS(") for value in cells) == 10
