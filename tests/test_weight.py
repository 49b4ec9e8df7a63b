"""What crosses the wire: text compressed, one file of style, nothing twice."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from kontum_qms.compression import TextGZipMiddleware
from kontum_qms.finders import STYLE, STYLES, style

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static" / "css"
# Linked by themselves: for paper, for charts alone, for the open page alone.
APART = {"print", "plotly", "open"}
ASKS = {"HTTP_ACCEPT_ENCODING": "gzip"}


def test_every_component_is_in_the_one_file_and_tokens_are_first():
    assert set(STYLES) | APART == {path.stem for path in CSS.glob("*.css")}
    assert style().startswith((CSS / "tokens.css").read_text("utf-8"))
    assert all((CSS / f"{name}.css").read_text("utf-8") in style() for name in STYLES)


def test_the_file_is_found_where_nothing_is_collected():
    assert Path(str(finders.find(STYLE))).read_text("utf-8") == style()
    assert finders.find("css/other.css") is None


def test_it_is_collected(tmp_path):
    [(name, storage)] = [
        found
        for finder in finders.get_finders()
        for found in finder.list([])
        if getattr(found[1], "prefix", "") == "css" and found[0] == "site.css"
    ]
    with storage.open(name) as file:
        assert file.read().decode() == style()


def test_a_page_is_compressed_for_whoever_takes_it(client, small_province):
    client.force_login(small_province.by)
    plain, packed = client.get("/"), client.get("/", **ASKS)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 3
    assert "<main" in gzip.decompress(packed.content).decode()


@pytest.mark.parametrize("path", ["/reports/summary.xlsx", "/reports/agencies.xlsx"])
def test_a_workbook_is_not_compressed_again(client, small_province, path):
    client.force_login(small_province.by)
    answer = client.get(path, **ASKS)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer


def sent(answer: HttpResponseBase, request: HttpRequest) -> Any:
    """Return what becomes of an answer."""
    return TextGZipMiddleware(lambda _: answer).process_response(request, answer)


def test_a_picture_and_what_is_compressed_already_are_left_alone(rf):
    request = rf.get("/", **ASKS)
    image = HttpResponse(b"x" * 5000, content_type="image/png")
    assert "Content-Encoding" not in sent(image, request)
    packed = HttpResponse(b"x" * 5000, content_type="text/css", headers={"Content-Encoding": "br"})
    assert sent(packed, request)["Content-Encoding"] == "br"


def test_a_streamed_document_stays_as_it_is(rf, tmp_path, db):
    (tmp_path / "a.pdf").write_bytes(b"%PDF" * 500)
    file = FileResponse((tmp_path / "a.pdf").open("rb"), content_type="application/pdf")
    answer = sent(file, rf.get("/", **ASKS))
    assert b"".join(answer) == b"%PDF" * 500
    answer.file_to_stream.close()  # answer.close() would end the connection to PostgreSQL
