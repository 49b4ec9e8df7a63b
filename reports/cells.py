"""The table beside a chart: its rows as elements, drawn here because a template takes too long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Cell:
    """One cell of a chart's table: a text with an address, or several of them."""

    text: str
    url: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def html(self) -> str:
        """Return what stands in the cell."""
        if self.links:
            return ", ".join(_link(name, url) for name, url in self.links)
        return _link(self.text, self.url) if self.url else escape(self.text)


@dataclass(frozen=True)
class Row:
    """One row of a chart's table; `anchor` is where a click on its bar leads.

    Paper leaves out rows that are not `on_paper`.
    """

    cells: tuple[Cell, ...]
    anchor: str = ""
    on_paper: bool = True

    def html(self, labels: Sequence[str]) -> str:
        """Return the row; each cell bears its heading (escaped), which a phone shows beside it."""
        first, *others = (
            f'data-label="{label}">{cell.html}'
            for label, cell in zip(labels, self.cells, strict=True)
        )
        anchor = f' id="{escape(self.anchor)}" tabindex="-1"' if self.anchor else ""
        screen = "" if self.on_paper else ' class="on-screen"'
        rest = "".join(f"<td {cell}</td>" for cell in others)
        return f'<tr{anchor}{screen}><th scope="row" {first}</th>{rest}</tr>'


def body(headings: Iterable[str], rows: Iterable[Row]) -> SafeString:
    """Return the rows of a table as elements."""
    labels = [escape(heading) for heading in headings]
    return mark_safe("\n".join(row.html(labels) for row in rows))


def _link(name: str, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(name)}</a>'
