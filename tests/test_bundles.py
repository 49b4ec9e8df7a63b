"""Style sheets: written one for each component, sent as one."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.template.loader import render_to_string

from kontum_qms.bundles import ALONE, BUNDLES, joined, sheets, stylesheets
from kontum_qms.finders import BundleFinder, BundleStorage

PARTS = sorted({name for names in BUNDLES.values() for name in names})


def css(settings):
    return settings.BASE_DIR / "static" / "css"


def written(tmp_path, text):
    path = tmp_path / "part.css"
    path.write_text(text, "utf-8")
    return path


def without_spaces(text):
    return re.sub(r"\s+", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))


def test_every_style_sheet_is_in_a_bundle_or_named_by_pages_themselves(settings):
    assert {path.stem for path in css(settings).glob("*.css")} == {*PARTS, *ALONE}


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_says_what_its_parts_say_in_their_order(bundle, settings):
    storage = BundleStorage(location=css(settings))
    text = storage.open(f"{bundle}.bundle.css").read().decode()
    parts = "".join((css(settings) / f"{name}.css").read_text("utf-8") for name in BUNDLES[bundle])
    assert without_spaces(text) == without_spaces(parts)
    assert "/*" not in text
    assert len(text) < len(parts)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("a { color: red }\n\n\n  b { }", "a { color: red }\nb { }"),
        ("/* x */ a::after { content: '/*  */ \\' \"' }", "a::after { content: '/*  */ \\' \"' }"),
        ("a /* one */ b { }", "a  b { }"),
        ("a/* parts two words */b { }", "a/**/b { }"),
        ("a { width: calc(1px  +  2px); /* Plotly's */ }", "a { width: calc(1px + 2px);  }"),
        (".a { --x: \"{\"; }", '.a { --x: "{"; }'),
    ],
)  # fmt: skip
def test_only_what_says_nothing_is_left_out(given, sent, tmp_path):
    assert joined([written(tmp_path, given)]) == f"{sent}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('@import "other.css";', "@import"),
        ('@charset "utf-8"; a { }', "@charset"),
        ("a { color: red", "braces"),
        ("a { } }", "braces"),
        ("a { } /* never closed", r"/\*"),
        ("a { content: 'never closed }", "'"),
    ],
)
def test_a_sheet_that_would_spoil_those_behind_it_is_refused(text, said, tmp_path):
    path = written(tmp_path, text)
    with pytest.raises(ImproperlyConfigured, match=said) as refused:
        joined([path])
    assert str(path) in str(refused.value)


def test_while_debug_is_on_pages_name_the_files_that_are_written(settings):
    settings.DEBUG = True
    assert sheets("open") == [f"css/{name}.css" for name in BUNDLES["open"]]
    for name in sheets("site"):
        assert finders.find(name)
    assert str(stylesheets("bare", "?offline")).count("?offline") == len(BUNDLES["bare"])


@pytest.mark.parametrize(("page", "bundle"), [("500.html", "bare"), ("_assets.html", "site")])
def test_a_page_names_one_bundle(page, bundle):
    named = re.findall(r'rel="stylesheet" href="([^"]+)">', render_to_string(page))
    assert named == [f"/static/css/{bundle}.bundle.css"]


@pytest.fixture
def collected(settings, tmp_path):
    """Static files as they are collected on a server; of the apps' own folders none."""
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_FINDERS = [
        "django.contrib.staticfiles.finders.FileSystemFinder",
        "kontum_qms.finders.BundleFinder",
    ]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    finders.get_finder.cache_clear()  # type: ignore[attr-defined]
    call_command("collectstatic", "--noinput", "--verbosity", "0")
    return settings.STATIC_ROOT / "css"


def test_collecting_joins_names_by_content_and_compresses(collected):
    address = re.search(r'href="/static/css/([^"]+)"', stylesheets("site"))
    assert address
    assert re.fullmatch(r"site\.bundle\.[0-9a-f]{12}\.css", address[1])
    plain = (collected / address[1]).read_bytes()
    assert gzip.decompress((collected / f"{address[1]}.gz").read_bytes()) == plain


def test_another_list_of_parts_is_collected_though_no_file_changed(collected, monkeypatch):
    before = stylesheets("bare")
    monkeypatch.setitem(BUNDLES, "bare", ("tokens",))
    call_command("collectstatic", "--noinput", "--verbosity", "0")
    assert stylesheets("bare") != before
    assert (collected / "bare.bundle.css").stat().st_size < 1200


def test_a_bundle_is_no_file_until_it_is_collected():
    assert finders.find("css/site.bundle.css") is None
    assert [name for name, _storage in BundleFinder().list(None)] == [
        f"{name}.bundle.css" for name in BUNDLES
    ]
