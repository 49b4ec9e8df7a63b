"""Finds what is served and lies in no folder of ours: Plotly's script, the joined style sheets."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from kontum_qms.bundles import BUNDLES, ENDING, FOLDER, joined

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


class BundleStorage(FileSystemStorage):
    """The folder of style sheets, as if the bundles lay in it."""

    prefix = FOLDER

    def open(self, name: str, mode: str = "rb") -> Any:
        """Return a bundle, joined at this moment."""
        parts = (Path(self.path(f"{part}.css")) for part in BUNDLES[name.removesuffix(ENDING)])
        return ContentFile(joined(parts).encode(), name)

    def get_modified_time(self, name: str) -> Any:
        """Say that it is unknown: a bundle changes with its list too, so it is always collected."""
        raise NotImplementedError


class BundleFinder(BaseFinder):
    """Gives the bundles to collectstatic; while DEBUG is on no page asks for one."""

    def find(self, path: str, find_all: Any = False, **kwargs: Any) -> Any:  # noqa: FBT002
        """Return nothing: a bundle is no file until it is collected."""
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield the bundles."""
        storage = BundleStorage(location=settings.BASE_DIR / "static" / FOLDER)
        for name in BUNDLES:
            yield f"{name}{ENDING}", storage
