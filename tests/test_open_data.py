"""Open data: off for everybody, on for everybody; figures, names, caching, bad addresses."""

import csv
import io
import json
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.asof import AsOf
from agencies.models import Agency, AgencyGroup, Edition, RosterRecord
from reports import rollups
from reports.open_data import _cell

PLACE = "/open/2021-11-15/2021-11-15T09:30:00Z/2015/"
DATA = ["rollup.csv", "rollup.json", "trend.csv", "trend.json"]
FIGURES = [*DATA, "datapackage.json"]
NAMED = ["agencies.csv", "agencies.json"]
ADDRESSES = ["/open/", "/open/latest/rollup.csv", PLACE, *(PLACE + name for name in FIGURES)]


@pytest.fixture
def figures(settings, small_province):
    """Figures are published, names are not."""
    settings.OPEN_DATA = "figures"
    return small_province


@pytest.fixture
def names(figures, settings):
    """Figures are published, and the agencies by name."""
    settings.OPEN_DATA = "names"
    return figures


def read_csv(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("url", [*ADDRESSES, PLACE + "agencies.csv", "/open/x", "/open/latest/x"])
def test_switched_off_nobody_finds_it(url, client, small_province, lan, hung, quan):
    for user in (None, lan, hung, quan):
        if user:
            client.force_login(user)
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


def test_switched_on_everybody_reads_it_without_session_or_cookie(client, figures):
    for url in ADDRESSES:
        response = client.get(url)
        assert response.status_code == (302 if "latest" in url else 200), url
        assert not response.cookies
        assert "Cookie" not in response["Vary"]
        assert response["Access-Control-Allow-Origin"] == "*"


def test_the_latest_leads_to_an_address_that_stays(client, figures):
    response = client.get("/open/latest/trend.json")
    assert response["Cache-Control"] == "public, max-age=60"
    answer = client.get(response["Location"])
    assert answer.json()["as_of"] in response["Location"]
    assert f"/{answer.json()['known_at']}/2015/" in response["Location"]
    assert answer["Cache-Control"] == "public, max-age=86400"


def test_the_figures_are_those_of_the_roll_up(client, figures):
    # 15/11/2021 as known then: SO 1 of 3, CC 2 of 3; the waterworks' declaration came later.
    rows = read_csv(client.get(PLACE + "rollup.csv"))
    assert [(r["group"], r["converted"], r["total"], r["percent"]) for r in rows] == [
        ("SO", "1", "3", "33.33"),
        ("CC", "2", "3", "66.67"),
        ("", "3", "6", "50.00"),
    ]
    as_of = AsOf(date(2021, 11, 15), datetime(2021, 11, 15, 9, 30, tzinfo=UTC))
    table = rollups.by_group(as_of, Edition.objects.get(year=2015))
    answer = client.get(PLACE + "rollup.json").json()
    assert [row["converted"] for row in answer["rows"]] == [r.counts.converted for r in table.rows]
    assert answer["total"]["fraction"] == table.total.fraction == "03/06"


def test_what_was_entered_later_changes_no_earlier_answer(client, figures):
    later = PLACE.replace("2021-11-15T", "2022-03-01T")
    assert client.get(later + "rollup.json").json()["total"]["converted"] == 4
    assert client.get(PLACE + "rollup.json").json()["total"]["converted"] == 3


def test_the_trend_ends_with_the_roll_up(client, figures):
    answer = client.get(PLACE + "trend.json").json()
    assert [point["day"] for point in answer["points"][-3:]] == [
        *("2021-06-30", "2021-09-30", "2021-11-15")
    ]
    assert answer["points"][-1]["total"] == client.get(PLACE + "rollup.json").json()["total"]
    rows = read_csv(client.get(PLACE + "trend.csv"))
    assert len(rows) == 3 * len(answer["points"])
    june = [row for row in rows if row["day"] == "2017-06-30" and row["group"] == "SO"]
    assert june[0]["converted"] == "1"


def test_every_row_says_what_was_asked(client, names):
    for name in ("rollup", "trend", "agencies"):
        for row in read_csv(client.get(f"{PLACE}{name}.csv")):
            assert row["as_of"] == "2021-11-15"
            assert row["known_at"] == "2021-11-15T09:30:00Z"
            assert row["edition"] == "TCVN ISO 9001:2015"
            assert row["measure"] == "converted of total"


def test_csv_is_utf_8_with_its_mark_and_ends_lines_by_the_rule(client, figures):
    content = client.get(PLACE + "rollup.csv").content
    assert content.startswith(b"\xef\xbb\xbfas_of,")
    assert content.count(b"\r\n") == content.count(b"\n") == 4
    assert "Chi cục trực thuộc Sở".encode() in content


def test_no_answer_names_an_agency_unless_the_office_says_so(client, figures):
    agencies = set(RosterRecord.objects.filter(group__isnull=False).values_list("name", flat=True))
    agencies |= set(Agency.objects.values_list("code", flat=True))
    for url in [*ADDRESSES, "/open/?language=en", *(PLACE + name for name in NAMED)]:
        text = client.get(url, follow=True).content.decode()
        assert [name for name in agencies if name in text] == [], url
    for name in NAMED:
        assert client.get(PLACE + name).status_code == 404


def test_names_are_given_where_the_office_says_so(client, names):
    rows = {row["code"]: row for row in read_csv(client.get(PLACE + "agencies.csv"))}
    assert set(rows) == {"SO-KHCN", "SO-NN", "THANH-TRA", "CC-TDC", "CC-KL", "CC-TL"}
    assert rows["SO-NN"]["category"] == "older_edition"
    assert rows["CC-TL"]["name"] == "Chi cục Thủy lợi và Phòng, chống thiên tai"
    assert rows["CC-TL"]["parent_name"] == "Sở Nông nghiệp và PTNT"
    assert len(client.get(PLACE + "agencies.json").json()["agencies"]) == 6


def test_no_answer_says_who_recorded_signed_or_decided(client, names):
    names.by.full_name = "Trần Thị Người Ghi"
    names.by.save()
    for url in [*ADDRESSES, *(PLACE + name for name in NAMED)]:
        text = client.get(url, follow=True).content.decode()
        for private in ("Người Ghi", "Nguyễn Văn An", "QĐ-SKHCN", "là kế hoạch"):
            assert private not in text, url


def test_the_package_describes_the_real_files(client, names):
    package = client.get(PLACE + "datapackage.json").json()
    assert package["as_of"] == "2021-11-15"
    assert [r["path"] for r in package["resources"]] == [*DATA, *NAMED]
    for resource in package["resources"]:
        content = client.get(PLACE + resource["path"]).content
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
        if resource["format"] == "csv":
            fields = resource["schema"]["fields"]
            head = content.decode("utf-8-sig").split("\r\n")[0]
            assert [field["name"] for field in fields] == head.split(",")
            assert all(field["description"] for field in fields)
            check_types(fields, content)


def check_types(fields, content):
    read: dict[str, Any] = {
        "string": str,
        "integer": int,
        "number": float,
        "date": date.fromisoformat,
        "datetime": datetime.fromisoformat,
    }
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        for field in fields:
            if row[field["name"]]:
                read[field["type"]](row[field["name"]])


def test_a_licence_and_terms_are_the_offices_own(client, figures, settings):
    assert "licenses" not in client.get(PLACE + "datapackage.json").json()
    settings.OPEN_DATA_TERMS = "Được dùng lại khi dẫn nguồn."
    settings.OPEN_DATA_LICENCE_URL = "https://example.org/licence"
    package = client.get(PLACE + "datapackage.json").json()
    assert package["licenses"] == [
        {"path": "https://example.org/licence", "title": "Được dùng lại khi dẫn nguồn."}
    ]
    assert "Được dùng lại khi dẫn nguồn." in client.get(PLACE).content.decode()


@pytest.mark.parametrize("name", ["", *FIGURES])
def test_a_reader_who_has_it_is_told_so(name, client, figures):
    first = client.get(PLACE + name)
    again = client.get(PLACE + name, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(PLACE + name)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    packed = client.get(PLACE + name, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert packed["ETag"] == f"W/{first['ETag']}"
    weak = {"if-none-match": packed["ETag"], "accept-encoding": "gzip"}
    assert client.get(PLACE + name, headers=weak).status_code == 304


def test_a_renamed_group_makes_a_new_etag(client, figures):
    before = client.get(PLACE + "rollup.csv")
    group = AgencyGroup.objects.get(code="SO")
    group.name = "=Sở"
    group.save()
    after = client.get(PLACE + "rollup.csv")
    assert after["ETag"] != before["ETag"]
    assert "'=Sở" in after.content.decode("utf-8-sig")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text):
    assert _cell(text) == "'" + text
    assert _cell(-1) == -1


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/open/2021-02-31/2021-11-15T09:30:00Z/2015/rollup.csv", 404),
        ("/open/20211115/2021-11-15T09:30:00Z/2015/rollup.csv", 404),
        ("/open/0001-01-01/2021-11-15T09:30:00Z/2015/rollup.csv", 404),
        ("/open/2199-01-01/2021-11-15T09:30:00Z/2015/rollup.csv", 400),
        ("/open/2021-11-15/2199-11-15T09:30:00Z/2015/", 400),
        ("/open/2021-11-15/2021-11-15T09:30:00+07:00/2015/rollup.csv", 404),
        ("/open/2021-11-15/2021-11-15T09:30:00/2015/rollup.csv", 404),
        ("/open/2021-11-15/0001-01-01T00:00:00Z/2015/rollup.csv", 404),
        ("/open/2021-11-15/9999-12-31T23:59:59-23:59/2015/rollup.csv", 404),
        ("/open/2021-11-15/2009-01-01T00:00:00Z/2015/rollup.csv", 404),
        ("/open/2021-11-15/%00/2015/rollup.csv", 404),
        ("/open/2021-11-15/2021-11-15T09:30:00Z/1999/rollup.csv", 404),
        ("/open/2021-11-15/2021-11-15T09:30:00Z/२०१५/rollup.csv", 404),
        ("/open/2021-11-15/2021-11-15T09:30:00Z/2015/users.csv", 404),
        ("/open/2021-11-15/", 404),
        ("/open/latest/users.csv", 404),
        ("/open/nothing", 404),
    ],
)
def test_a_bad_address_gets_a_line_of_plain_text(url, status, client, figures):
    response = client.get(url)
    assert response.status_code == status
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert 10 < len(response.content) < 200
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


def test_a_bad_query_string_changes_nothing(client, figures):
    plain = client.get(PLACE).content
    assert client.get(PLACE + "?as_of=31/02/2021&language=xx&known_at=%00").content == plain


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading_is_allowed(method, client, figures):
    for url in ADDRESSES:
        response = getattr(client, method)(url)
        assert response.status_code == 405
        # Of methods that no page takes the site tells before the page is asked.
        assert response["Allow"] == ("GET, HEAD" if method == "post" else "GET, HEAD, POST")


def test_the_page_explains_itself_in_both_languages(client, figures):
    english = client.get(PLACE + "?language=en")
    assert english["Content-Language"] == "en"
    text = english.content.decode()
    assert "Departments" in text
    assert "exempt agencies stand outside the total" in text
    assert "03/06" in text
    assert "datapackage.json" in text
    assert "agencies.csv" not in text
    vietnamese = client.get(PLACE, headers={"cookie": "django_language=en"})
    assert vietnamese["Content-Language"] == "vi"
    assert "Cơ quan chuyên môn" in vietnamese.content.decode()


@pytest.mark.django_db
def test_the_demonstration_bears_its_mark(client, settings, kon_tum):
    settings.OPEN_DATA = "figures"
    place = client.get("/open/latest/rollup.csv")["Location"].rpartition("/")[0] + "/"
    assert client.get(place + "rollup.json").json()["demonstration"] is True
    assert all(row["note"] for row in read_csv(client.get(place + "rollup.csv")))
    package = json.loads(client.get(place + "datapackage.json").content)
    assert package["demonstration"] is True
    assert "15/11/2021" in package["description"]
    assert 'class="demonstration"' in client.get("/open/").content.decode()


def test_an_answer_given_before_costs_next_to_nothing(client, figures):
    client.get(PLACE + "rollup.csv")
    with CaptureQueriesContext(connection) as queries:
        client.get(PLACE + "trend.csv")
    assert len(queries) == 2  # the edition, the version of the data


def test_the_page_of_reports_leads_there_where_it_is_switched_on(client, settings, lan, figures):
    client.force_login(lan)
    assert b'href="/open/"' in client.get("/reports/").content
    settings.OPEN_DATA = "off"
    assert b"/open/" not in client.get("/reports/").content
