"""Every write of reports."""

from reports.actions.published import PublicationFacts, add_published_figures, explain_finding
from reports.actions.tiles import place_tiles

__all__ = ["PublicationFacts", "add_published_figures", "explain_finding", "place_tiles"]
