"""One question, one answer: page, files, sent report, open data and command agree."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO, StringIO
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from agencies import house_style
from agencies.models import Category, User
from agencies.questions import Question, ask
from reports import figures, rollups
from reports.canonical import canonical_figures
from reports.word_report import build_report
from tests.test_word_report import opened, rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LEFT = [category.value for category in Category.left()]
Row = dict[str, object]
Rows = dict[str, Row]  # by the label of the group, or of all together


def six_questions() -> Iterator[Question]:
    """Yield the article's day, a year's end known twice, after the reform, before all, any."""
    end_of_2020 = date(2020, 12, 31)
    yield ask(day=date(2021, 11, 15), known_at=datetime(2021, 11, 15, 17, tzinfo=HANOI))
    yield ask(day=end_of_2020, known_at=datetime(2020, 12, 31, 23, 59, tzinfo=HANOI))
    yield ask(day=end_of_2020)
    yield ask(day=date(2025, 7, 1))
    yield ask(day=date(2009, 12, 31))
    any_one = Random(20211115)  # the same one in every run
    day = date(2011, 1, 1) + timedelta(days=any_one.randrange(3900))
    moment = datetime(2011, 1, 1, tzinfo=HANOI) + timedelta(hours=any_one.randrange(93_600))
    yield ask(day=day, known_at=moment)


def asked(question: Question) -> dict[str, str]:
    return {**question.parameters()}


def answered(question: Question) -> Rows:
    answer = figures.answer(question, rollups.by_group(question.as_of, question.edition))
    return {row["label"]: row for row in [*answer["rows"], answer["total"]]}


def of_command(question: Question, form: str) -> str:
    out = StringIO()
    as_of, known_at = question.as_of.day.isoformat(), question.as_of.known_at_utc
    call_command("rollup", "--as-of", as_of, "--known-at", known_at, "--format", form, stdout=out)
    return out.getvalue()


def of_json(question: Question) -> Rows:
    answer = json.loads(of_command(question, "json"))
    assert answer["as_of"] == question.as_of.day.isoformat()
    assert answer["known_at"] == question.as_of.known_at_utc
    return {row["label"]: row for row in [*answer["rows"], answer["total"]]}


def of_csv(question: Question) -> Rows:
    rows = csv.DictReader(StringIO(of_command(question, "csv")))
    texts = ("group", "label", "fraction", "percent")
    return {
        row["label"]: {
            name: (value or None if name == "percent" else value) if name in texts else int(value)
            for name, value in row.items()
        }
        for row in rows
    }


def of_table(question: Question) -> Rows:
    rows = [re.split(r"\s{2,}", line) for line in of_command(question, "table").splitlines()]
    return {row[0]: {"fraction": row[1], "percent": row[2]} for row in rows if len(row) > 2}


def of_workbook(question: Question, client: Client) -> Rows:
    content = client.get("/reports/summary.xlsx", asked(question)).content
    sheet = load_workbook(BytesIO(content), data_only=True)["Tổng hợp"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=10) if row[1].value]
    names = ["total", *Category.values, "declared_any", "fraction", "percent"]
    return {str(row[1]): dict(zip(names, row[2:12], strict=True)) for row in rows}


def of_word(question: Question) -> Rows:
    names = ["total", *Category.values, "percent"]
    return {
        label: dict(zip(names, [*map(int, numbers), percent], strict=True))
        for _number, label, *numbers, percent in rows_of(opened(build_report(question)).tables[1])[
            1:
        ]
    }


def of_frozen(question: Question) -> Rows:
    answer = json.loads(canonical_figures(question))
    return {row["label"]: row for row in [*answer["rows"], answer["total"]]}


def of_open_data(question: Question) -> Rows:
    as_of = question.as_of
    place = f"/open/{as_of.day.isoformat()}/{as_of.known_at_utc}/{question.edition.year}/"
    answer = Client().get(f"{place}rollup.json").json()
    return {row["label"]: row for row in [*answer["rows"], answer["total"]]}


def of_page(question: Question, client: Client) -> Rows:
    """Return what cards and headline say; nothing where the page says that nobody is counted."""
    body = unescape(client.get("/", asked(question)).content.decode())
    cards = re.findall(r'<article class="card">.*?</article>', body, re.DOTALL)
    rows = {re.findall(r'card__label"><a[^>]*>(.*?)</a>', card)[0]: said_in(card) for card in cards}
    if cards:
        headline = re.findall(r'<section class="headline".*?</section>', body, re.DOTALL)[0]
        rows["Tổng cộng"] = said_in(headline)
    return rows


def said_in(html: str) -> Row:
    """Return the fraction, the percentage and the number of each category with a link."""
    figure = re.findall(r'(?:card__figure">|headline__figure">)(.*?)</(?:p|span)>', html)[0]
    percent = re.findall(r'__percent">(.*?)(?: <span>|</p>)', html)[0]
    counts = {
        category: int(re.sub(r"\D", "", re.sub("<[^>]*>", "", text)))
        for category, text in re.findall(r"category=(\w+)[^>]*>(.*?)</a>", html, re.DOTALL)
        if category in LEFT
    }
    plain = [re.sub("<[^>]*>", "", text) for text in (figure, percent)]
    return {"fraction": plain[0], "percent": plain[1], **counts}


def shown(row: Row) -> str:
    return house_style.percent(int(str(row["converted"])), int(str(row["total"])))


def test_page_files_and_commands_agree_whatever_is_asked(client, settings):
    settings.OPEN_DATA = "figures"
    call_command("apply_reorganisation", "fixtures/reform_2025.csv", by="chuyenvien")
    client.force_login(User.objects.get(username="lanhdao"))
    totals = []
    for question in six_questions():
        answer = answered(question)
        assert of_json(question) == of_csv(question) == answer, question.line
        assert of_frozen(question) == of_open_data(question) == answer, question.line
        workbook, word = of_workbook(question, client), of_word(question)
        page, table = of_page(question, client), of_table(question)
        for label, row in answer.items():
            said = workbook[label]
            assert {name: said[name] for name in ("total", *Category.values)} == {
                name: row[name] for name in ("total", *Category.values)
            }, (question.line, label)
            assert (said["declared_any"], said["fraction"]) == (
                row["declared_any"],
                row["fraction"],
            )
            in_cell = None if said["percent"] == "—" else f"{100 * float(str(said['percent'])):.2f}"
            assert in_cell == row["percent"]
            assert table[label] == {"fraction": row["fraction"], "percent": shown(row)}
            if page:
                assert word[label] == {
                    **{name: row[name] for name in ("total", *Category.values)},
                    "percent": shown(row),
                }
                left = {name: row[name] for name in LEFT if row[name]}
                wanted = {"fraction": row["fraction"], "percent": shown(row), **left}
                assert page[label] == wanted, (question.line, label)
        assert bool(page) == any(row["total"] for row in answer.values())
        assert len(workbook) == len(answer) == len(table) == 5
        assert bool(page) == ("Tổng cộng" in word)
        totals.append(answer["Tổng cộng"]["fraction"])
    assert totals[:5] == ["106/148", totals[1], "69/148", "26/76", "—"]
    assert totals[1] != totals[2]  # late entries and corrections lie between
