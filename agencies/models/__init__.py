"""The tables of agencies: people, editions, the roster and the status history."""

from agencies.models.categories import Category, Stage
from agencies.models.editions import Edition, Transition, edition_asked_about
from agencies.models.evidence import Evidence, EvidenceKind
from agencies.models.history import DatedRecord, Entry, EntryKind
from agencies.models.people import Role, User
from agencies.models.reorganisation import (
    FirstStatus,
    Reorganisation,
    ReorganisationKind,
    ReorganisationPlan,
    Succession,
    SuccessorPlan,
)
from agencies.models.roster import Agency, AgencyGroup, RosterFacts, RosterRecord
from agencies.models.status import Declaration, Missing, StatusFacts, StatusRecord
from agencies.models.uploads import Upload
from agencies.models.versions import DataVersion, data_version

__all__ = [
    "Agency",
    "AgencyGroup",
    "Category",
    "DataVersion",
    "DatedRecord",
    "Declaration",
    "Edition",
    "Entry",
    "EntryKind",
    "Evidence",
    "EvidenceKind",
    "FirstStatus",
    "Missing",
    "Reorganisation",
    "ReorganisationKind",
    "ReorganisationPlan",
    "Role",
    "RosterFacts",
    "RosterRecord",
    "Stage",
    "StatusFacts",
    "StatusRecord",
    "Succession",
    "SuccessorPlan",
    "Transition",
    "Upload",
    "User",
    "data_version",
    "edition_asked_about",
]
