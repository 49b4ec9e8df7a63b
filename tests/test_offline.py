"""What is kept for a lost connection, and the bare pages that need nothing."""

import json
import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.models import User
from kontum_qms import offline


def kept_files(worker: str) -> list[str]:
    found = re.search(r"const FILES = (\[.*?\]);", worker)
    assert found
    return list(json.loads(found[1].replace(", ]", "]")))


def test_the_worker_keeps_the_page_and_its_files_and_nothing_of_the_office(client):
    worker = client.get(reverse("service-worker"))
    assert worker["Content-Type"] == "text/javascript"
    assert worker["Cache-Control"] == "no-cache"
    files = kept_files(worker.content.decode())
    for page in ("/offline/", "/offline/?sent"):
        body = client.get(page).content.decode()
        assert set(re.findall(r'(?:href|src)="(/[^"]+)"', body)) - {"/"} == set(files)
        assert "<script" not in body
    assert all(name.endswith("?offline") for name in files)


@pytest.mark.django_db
def test_the_page_asks_neither_who_reads_nor_the_database(
    client, django_assert_num_queries, kon_tum
):
    signed_out = client.get("/offline/").content
    client.force_login(User.objects.get(username="chuyenvien"))
    with django_assert_num_queries(0):
        assert client.get("/offline/").content == signed_out
        assert "Cookie" not in client.get(reverse("service-worker")).get("Vary", "")


def test_another_text_makes_another_worker(monkeypatch):
    before = offline.worker_source()
    assert offline.worker_source() is before
    offline.worker_source.cache_clear()
    monkeypatch.setattr(
        offline, "render_to_string", lambda name, context: render_to_string(name, context) + " "
    )
    assert offline.worker_source() != before + " "
    offline.worker_source.cache_clear()


@pytest.mark.parametrize("name", ["400.html", "500.html", "offline.html"])
def test_a_bare_page_speaks_both_languages_and_leads_on(name):
    body = render_to_string(name)
    assert '<html lang="vi">' in body
    assert '<div class="other" lang="en">' in body
    assert 'class="button"' in body


def test_a_request_that_cannot_be_read_gets_a_page(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    response = client.post(reverse("login"), {f"field{number}": "x" for number in range(11)})
    assert response.status_code == 400
    assert "Không đọc được yêu cầu" in response.content.decode()


@pytest.mark.django_db
def test_an_error_of_the_site_gets_a_page(client, monkeypatch):
    monkeypatch.setattr("kontum_qms.offline.worker_source", lambda: 1 / 0)
    client.raise_request_exception = False
    response = client.get(reverse("service-worker"))
    assert response.status_code == 500
    assert "Hệ thống gặp lỗi" in response.content.decode()
