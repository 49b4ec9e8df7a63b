"""The template of the Word report: what the script makes, and what a foreign one may be."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn

from reports.word_template import BadTemplate, fill
from scripts.make_word_template import TEMPLATE, make_template

VALUES = {
    "tong": {"ty_so": "19/20"},
    "cac_nhom": [{"ten": "Sở & <ban>", "danh_sach": [{"ten": "Thanh tra"}]}],
    "dong": "dòng",
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def parts(content):
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def template(*paragraphs, change=None):
    """Return a Word document with these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if change:
        change(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def texts(*paragraphs):
    return [paragraph.text for paragraph in fill(template(*paragraphs), VALUES).paragraphs]


def refusal(content):
    with pytest.raises(BadTemplate) as refused:
        fill(content, VALUES)
    return str(refused.value)


def test_the_committed_template_is_what_the_script_makes():
    assert parts(TEMPLATE.read_bytes()) == parts(make_template())


def test_placeholders_conditions_and_loops_are_filled():
    assert texts("{{ tong.ty_so }}{% if tong.ty_so == '19/20' %}, đúng{% endif %}") == [
        "19/20, đúng"
    ]
    walked = texts(
        "{%p for nhom in cac_nhom %}", "{{ loop.index }}. {{ nhom.ten }}", "{%p endfor %}"
    )
    assert walked == ["1. Sở & <ban>"]


def test_a_placeholder_that_word_split_into_pieces_is_still_one():
    def split(document):
        paragraph = document.add_paragraph()
        for piece in ("{", "{ tong", ".ty_so }", "}"):
            paragraph.add_run(piece).italic = True

    assert [p.text for p in fill(template(change=split), VALUES).paragraphs] == ["19/20"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ tong_so }}", "asks for “tong_so”, which the report does not have"),
        ("{{ tong_so }}", "Allowed: cac_nhom, dong, tong."),
        ("{% if khong_bao_gio %}x{% endif %}", "“khong_bao_gio”"),
        (
            "{{ tong.so_con_lai }}",
            "“so_con_lai”, which the report does not have here. Allowed: ty_so.",
        ),
        ("{{ tong.truoc.ty_so }}", "“truoc”, which the report does not have here"),
        ("{{ tong.items }}", "“items”"),
        ("{{ dong.__class__ }}", "“__class__”"),
        ("{{ dong.upper() }}", "near “{{ dong.upper() }}” stands something else (Call)"),
        ("{{ dong * 1000000000 }}", "(Mul)"),
        ("{{ [1, 2] }}", "(List)"),
        ("{% include 'x' %}", "(Include)"),
        ("{% set x = dong %}", "(Assign)"),
        ("{{ dong|tojson }}", "not written correctly near “{{ dong|tojson }}” (No filter named"),
        ("{{ tong. }}", "not written correctly near “{{ tong. }}”"),
        ("{% if dong %}x", "not written correctly"),
        (
            "{% for a in cac_nhom %}{% for b in cac_nhom %}x{% endfor %}{% endfor %}",
            "must walk a list of that one",
        ),
    ],
)
def test_what_cannot_be_filled_is_said(text, said):
    assert said in refusal(template(text))


def test_a_loop_that_begins_in_one_cell_and_ends_in_another_is_refused():
    def torn(document):
        cells = document.add_table(rows=2, cols=1).columns[0].cells
        cells[0].text = "{% if dong %}"
        document.add_paragraph("{% endif %}")

    def filled(content):
        fill(content, {**VALUES, "dong": ""})

    with pytest.raises(BadTemplate, match="begins in one paragraph, row or cell"):
        filled(template(change=torn))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"plain text", "plain text"),
        (b"PK\x03\x04" + b"\0" * 100, "an archive, or a damaged Office file"),
        (b"%PDF-1.7\n%%EOF", "not a Word document"),
    ],
)
def test_what_is_no_word_document_is_refused(content, said):
    assert said in refusal(content)


def changed(content, name, data):
    """Return a document with one part replaced or added."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for part, old in {**parts(content), name: data}.items():
            package.writestr(part, old)
    return file.getvalue()


def test_a_bomb_is_left_unread():
    bomb = changed(template("x"), "word/media/image1.png", b"\0" * 30_000_000)
    assert len(bomb) < 100_000
    assert "unpacks to more than 20 MB" in refusal(bomb)


def test_macros_are_refused():
    assert "macros" in refusal(changed(template("x"), "word/vbaProject.bin", b"x"))


def test_a_spoiled_document_is_refused():
    assert "not a Word document" in refusal(changed(template("x"), "word/document.xml", b"<w:doc"))


def test_entities_are_not_expanded():
    content = template("{{ dong }}")
    body = parts(content)["word/document.xml"].replace(
        b"<w:document ", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document ', 1
    )
    body = body.replace(b"{{ dong }}", b"&e;")
    try:
        document = fill(changed(content, "word/document.xml", body), VALUES)
    except BadTemplate:
        return
    assert "root:" not in "".join(paragraph.text for paragraph in document.paragraphs)


def test_what_leads_out_of_the_file_is_refused():
    def picture_from_elsewhere(document):
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        document.part.relate_to("http://example.org/x.png", relation, is_external=True)

    def link(document):
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        document.part.relate_to("http://example.org/", relation, is_external=True)

    assert "outside of itself (http://example.org/x.png)" in refusal(
        template("x", change=picture_from_elsewhere)
    )
    assert fill(template("x", change=link), VALUES)


def test_header_and_footer_are_filled_and_checked_too():
    def footed(text):
        def change(document):
            document.sections[0].footer.paragraphs[0].text = text

        return template("x", change=change)

    file = BytesIO()
    fill(footed("{{ tong.ty_so }}"), VALUES).save(file)
    assert Document(file).sections[0].footer.paragraphs[0].text == "19/20"
    assert "“la”" in refusal(footed("{{ la }}"))


def test_every_look_of_the_template_is_a_style():
    document = Document(str(TEMPLATE))
    body = document.element.body
    assert not list(body.iter(qn("w:caps"), qn("w:smallCaps")))
    for run in body.iter(qn("w:r")):
        assert run.find(qn("w:rPr")) is None
    allowed = {qn("w:pStyle"), qn("w:sectPr")}
    for properties in body.iter(qn("w:pPr")):
        assert {child.tag for child in properties} <= allowed


def in_runs(paragraph, *pieces):
    """Write a field of Word into a paragraph as runs, its instruction in pieces."""

    def mark(kind):
        element = paragraph.add_run()._r
        element.append(element.makeelement(qn("w:fldChar"), {qn("w:fldCharType"): kind}))

    mark("begin")
    for piece in pieces:
        run = paragraph.add_run()._r
        text = run.makeelement(qn("w:instrText"), {})
        text.text = piece
        run.append(text)
    mark("end")


def with_field(*pieces, where="body"):
    def change(document):
        if where == "body":
            in_runs(document.add_paragraph(), *pieces)
        elif where == "footer":
            in_runs(document.sections[0].footer.paragraphs[0], *pieces)
        else:
            paragraph = document.add_paragraph()._p
            field = paragraph.makeelement(qn("w:fldSimple"), {qn("w:instr"): "".join(pieces)})
            paragraph.append(field)

    return template("Báo cáo", change=change)


@pytest.mark.parametrize("where", ["body", "footer", "simple"])
@pytest.mark.parametrize(
    "field",
    [
        'INCLUDETEXT "C:\\\\bi-mat.docx"',
        " includepicture http://example.org/x.png",
        "DDEAUTO excel x",
        "LINK Excel.Sheet.8 x",
        "DATE",
        "",
    ],
)
def test_a_field_that_fetches_something_is_refused(field, where):
    assert "field of Word" in refusal(with_field(field, where=where))


def test_a_field_split_into_pieces_or_in_another_one_is_refused():
    assert "INCLUDETEXT" in refusal(with_field("INCLU", "DETEXT x"))
    nested = template(change=lambda document: _nested(document.add_paragraph()))
    assert "INCLUDEPICTURE" in refusal(nested)


def _nested(paragraph):
    in_runs(paragraph, "PAGE ")
    in_runs(paragraph, 'INCLUDEPICTURE "x"')


@pytest.mark.parametrize("field", [" PAGE ", "NUMPAGES \\\\* MERGEFORMAT", 'TOC \\\\o "1-3"'])
def test_fields_about_the_document_itself_are_taken(field):
    assert fill(with_field(field), VALUES).paragraphs[0].text == "Báo cáo"


@pytest.mark.parametrize("text", ["{{ cac_nhom }}", "{{ tong }}", "{{ co }}"])
def test_what_is_no_text_is_not_printed(text):
    with pytest.raises(BadTemplate, match=r"\{% for … in … %\}"):
        fill(template(text), {**VALUES, "co": False})
    assert fill(template("{% if co %}x{% else %}y{% endif %}"), {**VALUES, "co": False})
