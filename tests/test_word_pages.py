"""The page and the command of the Word report: for everybody, nothing written where it fails."""

from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from docx import Document
from openpyxl import load_workbook

pytestmark = pytest.mark.django_db
AS_OF = "as_of=2019-06-30"


def template(*paragraphs):
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def text_of(content):
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)


@pytest.fixture
def own(settings, tmp_path):
    """Return what puts an office's own template in place."""
    settings.WORD_TEMPLATE = tmp_path / "mau.docx"
    return settings.WORD_TEMPLATE.write_bytes


def test_the_page_says_what_the_report_will_say(client, small_province, hung):
    client.force_login(hung)
    page = client.get(f"/reports/word/?{AS_OF}").content.decode()
    assert "<b>01/03</b>" in page  # SO-KHCN of three departments
    assert f"/reports/word/report.docx?{AS_OF}" in page.replace("&amp;", "&")
    assert "PHÓ CHI CỤC TRƯỞNG" in page
    assert "<code>tong.ty_so</code>" in page
    assert "<code>cac_nhom › danh_sach › ten</code>" in page


def test_the_dashboard_and_the_comparison_lead_to_it(client, small_province):
    client.force_login(small_province.by)
    for address in ("/", "/reports/compare/"):
        assert f'href="/reports/word/?{AS_OF}"' in client.get(f"{address}?{AS_OF}").content.decode()


def test_the_file_is_the_report_asked_for(client, small_province, hung):
    client.force_login(hung)
    response = client.get(f"/reports/word/report.docx?{AS_OF}&known_at=2019-07-01")
    assert response["Content-Disposition"] == (
        'attachment; filename="bao-cao-htqlcl-2019-06-30.docx"'
    )
    assert "Tính đến ngày 30 tháng 6 năm 2019" in text_of(response.content)
    foot = Document(BytesIO(response.content)).tables[-3].rows[0].cells[1].text
    assert foot.startswith("CHI CỤC TRƯỞNG")


def test_a_deputy_signs_where_the_office_has_one(client, small_province, settings):
    client.force_login(small_province.by)
    address = f"/reports/word/report.docx?{AS_OF}&deputy=1"

    def signed():
        document = Document(BytesIO(client.get(address).content))
        return "".join(cell.text for table in document.tables for cell in table.rows[0].cells)

    assert "KT. CHI CỤC TRƯỞNG\nPHÓ CHI CỤC TRƯỞNG" in signed()
    settings.SIGNER_DEPUTY_TITLE = ""
    assert "KT." not in signed()
    assert "KT." not in client.get(f"/reports/word/?{AS_OF}").content.decode()


def test_the_template_in_use_is_handed_out(client, small_province, own):
    client.force_login(small_province.by)
    own(template("{{ tong.ty_so }}"))
    assert text_of(client.get("/reports/word/template.docx").content) == "{{ tong.ty_so }}"
    assert "mau.docx" in client.get("/reports/word/").content.decode()
    assert text_of(client.get(f"/reports/word/report.docx?{AS_OF}").content) == "01/06"


def test_a_template_that_cannot_be_filled_is_told_of_on_the_page(client, small_province, own):
    client.force_login(small_province.by)
    own(template("{{ tong_cong }}"))
    response = client.get(f"/reports/word/report.docx?{AS_OF}")
    assert response.status_code == 400
    assert "“tong_cong”" in response.content.decode()
    assert "Content-Disposition" not in response


def test_a_template_that_is_gone_is_told_of_on_the_page(client, small_province, settings, tmp_path):
    client.force_login(small_province.by)
    settings.WORD_TEMPLATE = tmp_path / "khong-co.docx"
    for name in ("report", "template"):
        response = client.get(f"/reports/word/{name}.docx")
        assert response.status_code == 400
        assert "khong-co.docx" in response.content.decode()


def test_an_empty_office_has_a_page_and_a_report(client, lan):
    client.force_login(lan)
    assert client.get("/reports/word/").status_code == 200
    assert "Chưa có hồ sơ" in text_of(client.get("/reports/word/report.docx").content)


def run(*arguments):
    out = StringIO()
    call_command("report_word", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_writes_what_the_page_sends(client, small_province, tmp_path):
    client.force_login(small_province.by)
    path = tmp_path / "bc.docx"
    assert str(path) in run(
        str(path), "--as-of", "30/06/2019", "--known-at", "2019-07-01T00:00:00Z", "--by", "lan"
    )
    address = f"/reports/word/report.docx?{AS_OF}&known_at=2019-07-01T00:00:00Z"
    assert path.read_bytes() == client.get(address).content


def test_the_command_takes_a_template_an_edition_and_a_deputy(small_province, tmp_path):
    mine, path = tmp_path / "mau.docx", tmp_path / "bc.docx"
    mine.write_bytes(template("{{ phien_ban }}: {{ tong.ty_so }}; {{ chuc_vu|join(' / ') }}"))
    run(
        str(path), "--as-of", "2019-06-30", "--edition", "2008", "--template", str(mine), "--deputy"
    )
    assert text_of(path.read_bytes()) == (
        "TCVN ISO 9001:2008: 02/06; KT. CHI CỤC TRƯỞNG / PHÓ CHI CỤC TRƯỞNG"
    )


@pytest.mark.parametrize(
    "content", [b"", b"no document", template("{{ x }}"), template("{% if %}")]
)
def test_the_command_writes_nothing_from_a_bad_template(small_province, tmp_path, content):
    mine, path = tmp_path / "mau.docx", tmp_path / "bc.docx"
    mine.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        run(str(path), "--template", str(mine))
    assert refused.value.returncode == 1
    assert not path.exists()


def test_the_command_says_which_file_it_cannot_read_or_write(small_province, tmp_path):
    with pytest.raises(CommandError, match=r"khong-co\.docx"):
        run(str(tmp_path / "bc.docx"), "--template", str(tmp_path / "khong-co.docx"))
    with pytest.raises(CommandError, match=r"bc\.docx"):
        run(str(tmp_path / "khong-co" / "bc.docx"))


def test_nobody_signs_for_a_day_that_is_still_to_come(client, small_province, hung, tmp_path):
    client.force_login(hung)
    page = client.get("/reports/word/?as_of=2199-01-01").content.decode()
    assert "chưa đến" in page
    assert "report.docx" not in page
    response = client.get("/reports/word/report.docx?as_of=2199-01-01")
    assert response.status_code == 400
    assert "chưa đến" in response.content.decode()
    path = tmp_path / "x.docx"
    with pytest.raises(CommandError, match="còn ở tương lai"):
        call_command("report_word", str(path), as_of="2199-01-01")
    assert not path.exists()


def test_figures_of_a_day_to_come_say_so_on_every_page_and_in_every_file(
    client, small_province, hung
):
    client.force_login(hung)
    for address in ("/", "/agencies/", "/reports/charts/", "/reports/word/"):
        told = "Ngày 01/01/2199 chưa đến"
        assert told in client.get(f"{address}?as_of=2199-01-01").content.decode(), address
        assert "chưa đến" not in client.get(f"{address}?{AS_OF}").content.decode(), address
    book = load_workbook(
        BytesIO(client.get("/reports/summary.xlsx?as_of=2199-01-01").content), read_only=True
    )
    head = [str(row[0]) for row in book.worksheets[0].iter_rows(max_row=8, values_only=True)]
    assert any(told in line for line in head)
