"""Finds the one file of the plotly package that the site serves: its script."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "plotly/plotly.min.js"


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
