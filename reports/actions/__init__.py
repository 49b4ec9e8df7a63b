"""Every write of reports."""

from reports.actions.published import (
    PublicationFacts,
    add_published_figures,
    explain_finding,
    withdraw_publication,
)
from reports.actions.submissions import (
    AlreadyFrozen,
    Produced,
    keep_submission,
    record_outgoing_number,
    refusal,
)
from reports.actions.tiles import place_tiles

__all__ = [
    "AlreadyFrozen",
    "Produced",
    "PublicationFacts",
    "add_published_figures",
    "explain_finding",
    "keep_submission",
    "place_tiles",
    "record_outgoing_number",
    "refusal",
    "withdraw_publication",
]
