"""What pages weigh as they are sent, counted on the wire between the server and a real Chromium."""

import time
import urllib.request

import pytest

from scripts.counting_proxy import CountingProxy, Exchange, counting
from scripts.weigh import at_rest, is_too_long, kind_of, settled, summed
from scripts.weight_report import aims
from tests.browser import sign_in

pytestmark = pytest.mark.xdist_group("second browser")
DASHBOARD = "/?as_of=2021-11-15"
LATER_OF_THE_SAME = """() => {
  const files = performance.getEntriesByType('resource');
  const asked = files.find(one => one.name.includes('plotly.min'));
  const painted = performance.getEntriesByName('first-contentful-paint')[0];
  return [painted.startTime, performance.getEntriesByType('navigation')[0].loadEventStart,
    asked.startTime];
}"""  # fmt: skip


@pytest.fixture
def proxy(site):
    with counting(site) as counted:
        yield counted


@pytest.fixture
def signed_in(browser, proxy):
    """Give a browser that is signed in and has nothing in its cache."""
    context = browser.new_context()
    sign_in(context.new_page(), proxy.address)
    state = context.storage_state()
    context.close()
    context = browser.new_context(storage_state=state)
    yield context
    context.close()


def visited(page, proxy: CountingProxy, path: str):
    proxy.take()
    page.goto(proxy.address + path)
    at_rest(page)
    settled(proxy)
    exchanges = proxy.take()
    assert {one.status for one in exchanges} <= {200, 302}
    return summed(exchanges), exchanges


def test_the_dashboard_is_light_and_its_large_script_comes_last_and_once(signed_in, proxy):
    page = signed_in.new_page()
    first, exchanges = visited(page, proxy, DASHBOARD)
    assert first["html"] + first["css"] < 45_000
    assert 1_000_000 < first["plotly"] < 1_600_000
    assert first["scripts"] < 30_000
    assert first["uncompressed"] == []
    assert first["requests"] <= 20
    kinds = [kind_of(one) for one in exchanges]
    assert kinds.count("plotly") == 1
    assert kinds.index("plotly") > kinds.index("css")
    painted, loaded, asked = page.evaluate(LATER_OF_THE_SAME)
    assert 0 < painted <= asked
    assert 0 < loaded <= asked

    again, exchanges = visited(page, proxy, DASHBOARD)
    assert again["html"] > 10_000
    assert again["css"] == again["scripts"] == again["plotly"] == 0
    other, exchanges = visited(page, proxy, "/plans/?as_of=2021-11-15")
    assert page.locator(".chart--drawn").count()
    assert {kind_of(one) for one in exchanges} - {"worker"} == {"html"}
    assert other["uncompressed"] == []


def test_a_page_without_charts_fetches_no_plotly_and_files_are_kept_for_good(signed_in, proxy):
    sums, exchanges = visited(signed_in.new_page(), proxy, "/agencies/?as_of=2021-11-15")
    assert sums["plotly"] == 0
    assert sums["total"] - sums["worker"] < 45_000
    assert sums["uncompressed"] == []
    sheets = [one for one in exchanges if kind_of(one) == "css"]
    assert len(sheets) == 2
    files = [one for one in exchanges if one.target.startswith("/static/")]
    assert len(files) > 6
    for one in files:
        assert "immutable" in one.headers["cache-control"], one.target
        assert one.headers["vary"] == "Accept-Encoding", one.target
        assert one.headers["content-encoding"] == "gzip", one.target


def test_workbooks_are_not_compressed_twice(signed_in, proxy):
    proxy.take()
    headers = {"Accept-Encoding": "gzip"}
    answer = signed_in.request.get(f"{proxy.address}/reports/summary.xlsx", headers=headers)
    assert answer.body().startswith(b"PK")
    (exchange,) = proxy.take()
    assert "content-encoding" not in exchange.headers


def test_every_byte_is_counted(site, proxy):
    proxy.take()
    with urllib.request.urlopen(f"{proxy.address}/accounts/login/") as answer:
        body = answer.read()
    settled(proxy)
    (exchange,) = proxy.take()
    assert exchange.head.endswith(b"\r\n\r\n")
    assert exchange.size == len(exchange.head) + len(body)
    assert (exchange.method, exchange.target, exchange.status) == ("GET", "/accounts/login/", 200)
    assert is_too_long(exchange)  # asked for without compression


def told(kind, size, encoding=""):
    said = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{encoding}\r\n".encode()
    return Exchange("GET", "/x", time.perf_counter(), size, bytearray(said))


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (told("text/html", 5000), True),
        (told("application/json", 5000), True),
        (told("text/html", 550), False),
        (told("text/html", 5000, "Content-Encoding: gzip\r\n"), False),
        (told("image/png", 5000), False),
    ],
)
def test_text_sent_as_it_is_is_noticed(exchange, expected):
    assert is_too_long(exchange) is expected


def test_the_report_says_which_aims_are_missed():
    light = {"html": 20_000, "css": 14_000, "plotly": 1, "uncompressed": []}
    good = {"first": light, "later": {**light, "plotly": 0}, "lcp_first": 900, "shift": 0.01}
    assert all("- met" in said for said in aims({"dashboard": good})[1:])
    bad = {
        "first": {**light, "html": 50_000, "uncompressed": ["/a"]},
        "later": light,
        "lcp_first": 2_000,
        "shift": 0.05,
    }
    assert all("- MISSED" in said for said in aims({"dashboard": bad})[1:])
