"""Text goes out compressed, but nothing else, and no page with a secret that stays the same."""

import gzip
import re

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.urls import reverse

from agencies import actions
from agencies.models import User
from kontum_qms.compression import CompressionMiddleware, is_text

PLAIN = "Chi cục Tiêu chuẩn Đo lường Chất lượng\n" * 40


def answered(response, accepts="gzip, deflate, br", **headers):
    request = RequestFactory().get("/", headers={"accept-encoding": accepts, **headers})
    return CompressionMiddleware(lambda _request: response)(request)


@pytest.mark.parametrize(
    "kind",
    [
        "text/html; charset=utf-8",
        "text/csv",
        "text/javascript",
        "application/json",
        "image/svg+xml",
    ],
)
def test_text_is_compressed_for_those_who_read_it_so(kind):
    packed = answered(HttpResponse(PLAIN, content_type=kind))
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content).decode() == PLAIN
    assert packed["Vary"] == "Accept-Encoding"
    assert int(packed["Content-Length"]) == len(packed.content) < 300
    plain = answered(HttpResponse(PLAIN, content_type=kind), accepts="identity")
    assert (plain.content.decode(), plain["Vary"]) == (PLAIN, "Accept-Encoding")
    assert "Content-Encoding" not in plain


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/zip",
        "application/pdf",
        "image/png",
        "application/octet-stream",
        "",
    ],
)
def test_what_is_compressed_by_its_kind_is_left_as_it_is(kind):
    assert not is_text(kind)
    untouched = answered(HttpResponse(PLAIN.encode(), content_type=kind, headers={"ETag": '"a"'}))
    assert untouched.content.decode() == PLAIN
    assert untouched["ETag"] == '"a"'
    assert "Content-Encoding" not in untouched
    assert "Vary" not in untouched


def test_short_streamed_and_compressed_answers_are_left(tmp_path):
    assert "Content-Encoding" not in answered(HttpResponse("ngắn"))
    assert "Content-Encoding" not in answered(StreamingHttpResponse([PLAIN]))
    path = tmp_path / "a.txt"
    path.write_text(PLAIN, "utf-8")
    with path.open("rb") as opened:
        file = answered(FileResponse(opened, content_type="text/plain"))
        assert int(file["Content-Length"]) == path.stat().st_size
    once = HttpResponse(gzip.compress(PLAIN.encode()), headers={"Content-Encoding": "gzip"})
    assert gzip.decompress(answered(once).content).decode() == PLAIN


def test_the_name_of_a_compressed_answer_is_weak_there_and_when_nothing_changed():
    packed = answered(HttpResponse(PLAIN, headers={"ETag": '"abc"'}))
    assert packed["ETag"] == 'W/"abc"'
    same = HttpResponse(status=304, headers={"ETag": '"abc"'})
    again = answered(same, **{"if-none-match": 'W/"abc"'})
    assert (again["ETag"], again["Vary"]) == ('W/"abc"', "Accept-Encoding")
    plain = answered(HttpResponse(status=304, headers={"ETag": '"abc"'}))
    assert plain["ETag"] == '"abc"'


def test_what_differs_by_more_than_its_encoding_still_says_so():
    packed = answered(HttpResponse(PLAIN, headers={"Vary": "HX-Request, Cookie"}))
    assert packed["Vary"] == "HX-Request, Cookie, Accept-Encoding"


@pytest.mark.django_db
def test_a_page_says_the_same_compressed_and_its_tokens_are_masked_anew(client, kon_tum):
    client.force_login(User.objects.get(username="chuyenvien"))
    accepts = {"accept-encoding": "gzip"}
    pages = [client.get("/help/", headers=accepts) for _ in range(2)]
    assert all(page["Content-Encoding"] == "gzip" for page in pages)
    texts = [gzip.decompress(page.content).decode() for page in pages]
    tokens = [set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', text)) for text in texts]
    assert tokens[0]
    assert tokens[0].isdisjoint(tokens[1])
    hidden = [re.sub(r'value="\w{64}"', "", text) for text in texts]
    plain = re.sub(r'value="\w{64}"', "", client.get("/help/").content.decode())
    assert hidden == [plain, plain]


@pytest.mark.parametrize("name", ["second-factor-set-up", "choose-password"])
@pytest.mark.django_db
def test_pages_with_a_secret_are_not_compressed(name, client, lan, quan):
    if name == "choose-password":
        _link, token = actions.make_link(user=lan, by=quan)
        url = reverse(name, args=[token])
    else:
        client.force_login(lan)
        url = reverse(name)
    page = client.get(url, headers={"accept-encoding": "gzip"})
    assert page.status_code == 200
    assert "no-transform" in page["Cache-Control"]
    assert "no-store" in page["Cache-Control"]
    assert "Content-Encoding" not in page
