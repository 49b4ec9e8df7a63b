"""Charts are what Plotly accepts, say what the roll-ups say, and lead where they promise."""

import gzip
import json
import re
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import plotly.graph_objects as go
import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.urls import reverse

from agencies.models import Category, Edition, User, transition_to
from agencies.questions import ask
from kontum_qms.finders import BundleStorage, plotly_script
from reports import (
    charts,
    conversions,
    drawing,
    plan_chart,
    plans,
    rollups,
    tiles,
    trends,
    views,
)
from reports.actions import place_tiles
from reports.models import TilePosition

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2021, 11, 15)


def question():
    return ask(day=DAY, edition=Edition.objects.get(year=2015), said={"as_of": DAY.isoformat()})


def all_charts() -> dict[str, charts.Chart]:
    asked = question()
    points = trends.trend(asked.as_of, asked.edition)
    comparison = rollups.compare(asked.compared, asked.as_of, asked.edition)
    left = rollups.left_by_parent(asked.as_of, asked.edition)
    converted = conversions.conversions(asked.as_of, asked.edition)
    found = [
        charts.progress(points, comparison.total.then, asked),
        views.by_edition_chart(asked),
        charts.by_group_over_time(trends.quarterly(points), asked),
        charts.categories(comparison, left, asked),
        charts.quarters(conversions.by_quarter(converted, DAY), asked),
        charts.waiting(conversions.waits(converted), asked),
        plan(asked),
    ]
    return {chart.key: chart for chart in found}


def plan(asked) -> charts.Chart:
    transition = transition_to(asked.edition)
    assert transition is not None
    rows = plans.planned_agencies(asked.as_of, transition)
    return plan_chart.planned_and_actual(plans.curve(rows, asked.as_of, transition), asked)


KEYS = ["progress", "editions", "groups", "categories", "quarters", "waiting", "plan"]


@pytest.fixture
def drawn(kon_tum, db):
    return all_charts()


@pytest.mark.parametrize("key", KEYS)
def test_plotly_accepts_the_dictionary(drawn, key):
    figure = drawn[key].figure
    accepted = go.Figure(figure)
    assert len(accepted.data) == len(figure["data"])
    json.dumps(figure)


@pytest.mark.django_db
def test_plotly_accepts_the_charts_of_an_empty_office():
    for chart in all_charts().values():
        go.Figure(chart.figure)
        assert chart.title


def test_plotly_accepts_the_charts_of_a_day_before_everything(small_province):
    asked = ask(day=date(2009, 5, 1), edition=small_province.edition_2015)
    points = trends.trend(asked.as_of, asked.edition)
    chart = charts.progress(points, rollups.Counts(), asked)
    go.Figure(chart.figure)
    assert chart.figure["layout"]["shapes"] == []  # the comparison day is not among the points


@pytest.mark.parametrize("key", KEYS)
def test_the_table_has_the_headings_of_its_cells_and_every_point_a_sentence(drawn, key):
    chart = drawn[key]
    assert chart.rows
    assert {len(row.cells) for row in chart.rows} == {len(chart.headings)}
    for trace in chart.figure["data"]:
        numbers = trace["x"] if trace.get("orientation") == "h" else trace["y"]
        assert len(numbers) == len(trace["customdata"])
        assert all(said for _url, said in trace["customdata"])


def test_progress_and_its_table_are_the_trend(drawn):
    chart, asked = drawn["progress"], question()
    points = trends.trend(asked.as_of, asked.edition)
    lines = {trace["name"]: trace["y"] for trace in chart.figure["data"]}
    for category in Category:
        numbers = [point.table.total.of(category) for point in points]
        assert lines.get(category.label, [0] * len(points)) == numbers
    assert len(chart.rows) == len(points)
    assert [cell.text for cell in chart.rows[-1].cells][0:2] == ["15/11/2021", "106"]
    assert chart.rows[-1].cells[-1].text == "148"


def test_progress_marks_the_comparison_day(drawn):
    (line,) = drawn["progress"].figure["layout"]["shapes"]
    assert line["x0"] == "2020-12-31"


def test_categories_by_group_are_the_table_by_group(drawn):
    asked = question()
    rows = rollups.by_group(asked.as_of, asked.edition).rows
    for trace in drawn["categories"].figure["data"]:
        category = next(one for one in Category if one.label == trace["name"])
        assert trace["x"] == [row.counts.of(category) for row in rows]
    patterns = [trace["marker"]["pattern"]["shape"] for trace in drawn["categories"].figure["data"]]
    assert patterns[:2] == ["", "/"]


def test_quarters_and_times_count_every_conversion_once(drawn):
    asked = question()
    found = conversions.conversions(asked.as_of, asked.edition)
    assert sum(drawn["quarters"].figure["data"][0]["y"]) == len(found) == 106
    apart = sum(row.is_first_declaration for row in found)
    assert sum(drawn["waiting"].figure["data"][0]["y"]) + apart == len(found)
    for key in ("quarters", "waiting"):
        named = [name for row in drawn[key].rows for name, _url in row.cells[2].links]
        assert sorted(named) == sorted(row.name for row in found)


def test_a_bar_of_conversions_leads_to_the_row_that_names_them(drawn):
    for key in ("quarters", "waiting"):
        anchors = {row.anchor for row in drawn[key].rows}
        bars = drawn[key].figure["data"][0]
        for number, (url, _said) in zip(bars["y"], bars["customdata"], strict=True):
            assert url[0] == "#"
            assert url[1:] in anchors
            row = next(row for row in drawn[key].rows if row.anchor == url[1:])
            assert len(row.cells[2].links) == number


@pytest.mark.parametrize("key", ["progress", "groups", "categories"])
def test_a_point_leads_to_a_list_of_just_its_agencies(drawn, client, key):
    client.force_login(User.objects.get(username="lanhdao"))
    for trace in drawn[key].figure["data"]:
        url, said = trace["customdata"][-1]
        number = re.search(r"(\d+)(/\d+ \(.*\))?$", said)
        assert number, said
        assert client.get(url).context["found"] == int(number.group(1)), said


def test_a_point_of_the_plan_leads_to_who_had_converted(drawn, client):
    client.force_login(User.objects.get(username="lanhdao"))
    planned, actual = drawn["plan"].figure["data"]
    assert {url for url, _said in planned["customdata"]} == {"#planned-days"}
    place = actual["x"].index(DAY.isoformat())
    assert (planned["y"][place], actual["y"][place], actual["y"][place + 1]) == (130, 106, None)
    assert client.get(actual["customdata"][place][0]).context["found"] == 106


def test_the_titles_say_the_findings(drawn):
    assert "106/148" in drawn["progress"].title
    assert "+37" in drawn["progress"].title
    assert "06/16" in drawn["groups"].title
    for part in ("UBND cấp xã", "28", "05"):
        assert part in drawn["categories"].title
    assert "II/2021" in drawn["quarters"].title


def test_a_printed_table_keeps_the_ends_of_years_the_comparison_and_the_last_day(drawn):
    kept = [row.cells[0].text for row in drawn["progress"].rows if row.on_paper]
    assert kept == [*(f"31/12/{year}" for year in range(2010, 2021)), "15/11/2021"]
    asked = ask(day=DAY, edition=question().edition, compared_on=date(2021, 6, 30))
    points = trends.trend(asked.as_of, asked.edition)
    assert date(2021, 6, 30) in charts.days_on_paper(points, asked)
    assert drawn["progress"].is_shortened
    assert not drawn["categories"].is_shortened


def test_labels_keep_their_distance_and_their_order():
    assert drawing.spread([70, 95, 72, 10], 8) == [70, 95, 78, 10]
    assert drawing.spread([], 8) == []


# Pages


@pytest.fixture
def reader(client, kon_tum, db):
    client.force_login(User.objects.get(username="lanhdao"))
    return client


def test_the_dashboard_has_the_chart_its_table_and_the_map(reader):
    response = reader.get("/", {"as_of": "2021-11-15"})
    body = response.content.decode()
    figure = json.loads(
        re.search(r'id="progress-figure" type="application/json">(.*?)</script>', body).group(1)  # type: ignore[union-attr]
    )
    assert figure["data"][0]["y"][-1] == 106
    assert len(figure["data"][0]["y"]) == len(response.context["chart"].rows) < 50
    assert re.findall(r'class="tile__name">([^<]+)<', body) == [
        *("Đắk Glei", "Tu Mơ Rông", "Kon Plông", "Ngọc Hồi", "Đắk Tô", "Kon Rẫy"),
        *("Sa Thầy", "Đắk Hà", "TP Kon Tum", "Ia H&#x27;Drai"),
    ]


def test_the_tiles_add_up_to_the_communes(reader):
    grid = reader.get("/", {"as_of": "2021-11-15"}).context["map"]
    total = rollups.sum_of(cell.tile.counts for cell in grid.cells if cell)
    assert total.fraction == "74/102"
    assert (grid.columns, len(grid.cells), grid.cells[-1].tile.label) == (3, 10, "Ia H'Drai")


def test_the_dashboard_stays_light(reader):
    page = reader.get("/", {"as_of": "2021-11-15"}).content
    sheets = re.findall(r'href="/static/css/([\w.]+)"', page.decode())
    assert sheets == ["site.bundle.css", "print.css"]
    folder = ROOT / "static" / "css"
    site = BundleStorage(location=folder).open(sheets[0]).read()
    sent = [page, site, (folder / sheets[1]).read_bytes()]
    assert sum(len(gzip.compress(part)) for part in sent) < 60_000


def test_the_charts_page_shows_six_charts_with_tables(reader):
    body = reader.get(reverse("reports:charts"), {"as_of": "2021-11-15"}).content.decode()
    assert len(re.findall(r'type="application/json"', body)) == 6
    assert body.count('<table class="table">') == 6


def test_before_the_first_entry_there_is_nothing_to_draw(reader):
    for url in ("/", reverse("reports:charts")):
        body = reader.get(url, {"known_at": "2009-06-01T00:00:00Z"}).content.decode()
        assert "data-figure" not in body
        assert "js/charts.js" not in body


def test_only_pages_with_charts_ask_for_the_script(reader):
    assert "js/charts.js" not in reader.get("/agencies/").content.decode()


# The map as data


def line(agency, column, row, label=""):
    return {"agency": agency, "column": str(column), "row": str(row), "label": label}


def test_a_grid_leaves_cells_empty_and_puts_the_unplaced_below(small_province):
    place_tiles(lines=[line("SO-NN", 1, 1)])
    asked = ask(day=DAY, edition=small_province.edition_2015)
    rows = rollups.standings(asked.as_of, asked.edition)
    comparison = rollups.compare(asked.compared, asked.as_of, asked.edition)
    grid = tiles.grid(rollups.tiles_of(rows), comparison)
    shown = [cell and cell.tile.standing.code for cell in grid.cells]
    assert (grid.columns, shown) == (2, [None, None, None, "SO-NN", "SO-KHCN"])
    assert (grid.outside, grid.inside) == ("Cơ quan chuyên môn", "Chi cục trực thuộc Sở")


def test_a_new_map_takes_the_place_of_the_old_one(small_province):
    place_tiles(lines=[line("SO-NN", 0, 0), line("SO-KHCN", 1, 0)])
    place_tiles(lines=[line("SO-KHCN", 0, 0, "KH&CN")])
    assert [str(position) for position in TilePosition.objects.all()] == ["KH&CN: 0, 0"]


@pytest.mark.parametrize(
    "lines",
    [
        [line("SO-NN", 0, 0), line("SO-KHCN", 0, 0)],
        [line("SO-NN", 0, 0), line("SO-NN", 1, 0)],
        [line("SO-NN", 24, 0)],
        [line("SO-NN", 0, -1)],
    ],
)
def test_a_place_is_taken_once_and_lies_on_the_map(small_province, lines):
    place_tiles(lines=[line("SO-NN", 5, 5)])
    with pytest.raises(ValidationError):
        place_tiles(lines=lines)
    assert TilePosition.objects.get().column == 5


def test_an_administrator_draws_the_map(client, quan, small_province):
    place_tiles(lines=[])  # the demonstration may be loaded beneath
    client.force_login(quan)
    sent = {"agency": small_province["SO-NN"].pk, "column": 2, "row": 1, "label": "Nông nghiệp"}
    response = client.post(reverse("admin:reports_tileposition_add"), sent)
    assert response.status_code == 302, response.context["errors"]
    position = TilePosition.objects.get()
    assert (position.column, position.history.get().history_user) == (2, quan)


# Plotly's own script


def test_exactly_one_file_of_plotly_is_served():
    assert finders.find("plotly/plotly.min.js") == str(plotly_script())
    assert finders.find("plotly/datasets/iris.csv.gz") is None
    finder = finders.get_finder("kontum_qms.finders.PlotlyFinder")
    found = [(storage.prefix, path) for path, storage in finder.list([])]
    assert found == [("plotly", "plotly.min.js")]


def test_the_page_holds_the_style_sheets_that_the_script_looks_for():
    assert find_spec("plotly") is not None
    bundle = plotly_script().read_text("utf-8")
    wanted = set(re.findall(r'getElementById\("([0-9a-f]{64})"\)', bundle))
    template = (ROOT / "templates/reports/_chart_scripts.html").read_text("utf-8")
    assert wanted == set(re.findall(r'<template id="(\w+)">', template))
    assert '"plotly.js-style-"' in bundle
    script = (ROOT / "static/js/charts.js").read_text("utf-8")
    assert script.index('id: "plotly.js-style-global"') < script.index("head.append(rules)")


def test_plotly_is_not_imported_when_the_site_runs():
    for path in [*ROOT.glob("reports/**/*.py"), *ROOT.glob("kontum_qms/*.py")]:
        assert not re.search(r"^\s*(import|from) plotly", path.read_text("utf-8"), re.MULTILINE)


def test_eight_lines_can_be_told_apart_without_colour():
    looks = [charts.look(place) for place in range(8)]
    assert len({(dash, mark) for _colour, dash, mark in looks}) == 8
    assert charts.look(8) == charts.look(0)
    for _colour, dash, mark in looks:  # the library refuses what it does not know
        go.Scatter(line={"dash": dash}, marker={"symbol": mark})


def test_the_dashboard_says_how_the_plan_stands(reader):
    asked = {"as_of": "2021-11-15"}
    said = reader.get("/plans/", asked, headers={"HX-Request": "true"}).content.decode()
    assert "Theo kế hoạch đến 15/11/2021: 130" in said
    assert "chậm: 39" in said
    assert "từ ngày 19/08/2022 đến ngày 26/02/2023" in said
    assert "<html" not in said
    assert b'hx-get="/plans/' in reader.get("/", asked).content


def test_the_plan_is_a_line_of_the_dashboard_s_chart(kon_tum, db):
    """130 of the 148 were to have converted by 15/11/2021; before 2016 there was no plan."""
    question = ask(day=date(2021, 11, 15))
    days = trends.quarter_ends(question.as_of.day)
    plan = views.plan_of(days, question)
    tables = trends.on_days(days, question.as_of, question.edition)
    points = [trends.TrendPoint(day, tables[day]) for day in days]
    chart = charts.progress(points, tables[days[0]].total, question, plan)
    line = chart.figure["data"][-1]
    assert (line["name"], line["y"][0], line["y"][-1]) == ("theo kế hoạch", None, 130)
    assert views.plan_of(days, ask(day=days[-1], edition=Edition.objects.get(year=2008))) == ()
