"""Finds what lies in no folder: the script of plotly, and the site's style in one file."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage

NAME = "plotly/plotly.min.js"
STYLE = "css/site.css"
# In this order: the tokens first, then what all pages have, then a file a component.
STYLES = (
    *("tokens", "base", "header", "asof", "marks", "cards", "charts", "table", "form", "import"),
    *("reorganisation", "reporting", "timeline", "compare", "sent", "help", "activities"),
    *("accounts", "audit"),
)


def plotly_script() -> Path:
    """Return where the installed package keeps its script; the package is not imported."""
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


class PlotlyStorage(FileSystemStorage):
    """The package's folder of data, under the name that pages ask for."""

    prefix = "plotly"


class PlotlyFinder(BaseFinder):
    """Serves plotly.min.js and nothing else: the folder beside it would publish 5 MB more."""

    def find(self, path: str, find_all: Any = False, **kwargs: Any) -> Any:  # noqa: FBT002
        """Return the script's place where it is asked for, else nothing."""
        if path != NAME:
            return []
        return [str(plotly_script())] if find_all else str(plotly_script())

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield the script for collectstatic."""
        script = plotly_script()
        yield script.name, PlotlyStorage(location=script.parent)


def style() -> str:
    """Return the site's style: its components one after the other, fetched at one stroke."""
    folder = Path(settings.BASE_DIR) / "static" / "css"
    return "".join((folder / f"{name}.css").read_text("utf-8") for name in STYLES)


class StyleStorage(InMemoryStorage):
    """Holds the one file while it is collected."""

    prefix = "css"


class StyleFinder(BaseFinder):
    """Makes one file of the components' styles whenever files are collected or asked for."""

    def find(self, path: str, find_all: Any = False, **kwargs: Any) -> Any:  # noqa: FBT002
        """Return where the file lies, made anew for a server that collects nothing."""
        if path != STYLE:
            return []
        place = Path(settings.VAR_DIR) / "site.css"
        place.parent.mkdir(exist_ok=True)
        place.write_text(style(), "utf-8")
        return [str(place)] if find_all else str(place)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield the file for collectstatic."""
        storage = StyleStorage()
        storage.save("site.css", ContentFile(style().encode("utf-8")))
        yield "site.css", storage
