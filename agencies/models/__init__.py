"""The tables of agencies: people, editions, the roster and the status history."""

from agencies.models.accounts import FactorReset, OneTimeLink, SecondFactorDuty, SignedIn
from agencies.models.audit import AuditLine, Deed
from agencies.models.categories import Category, Stage
from agencies.models.duties import Duties, Duty, DutyKind, duties_are_on_record, duties_known
from agencies.models.editions import Edition, Transition, edition_asked_about, transition_to
from agencies.models.evidence import Evidence, EvidenceKind
from agencies.models.history import DatedRecord, Entry, EntryKind
from agencies.models.people import Role, User
from agencies.models.plans import PlannedConversion, TransitionTarget
from agencies.models.provinces import Province
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
    "AuditLine",
    "Category",
    "DataVersion",
    "DatedRecord",
    "Declaration",
    "Deed",
    "Duties",
    "Duty",
    "DutyKind",
    "Edition",
    "Entry",
    "EntryKind",
    "Evidence",
    "EvidenceKind",
    "FactorReset",
    "FirstStatus",
    "Missing",
    "OneTimeLink",
    "PlannedConversion",
    "Province",
    "Reorganisation",
    "ReorganisationKind",
    "ReorganisationPlan",
    "Role",
    "RosterFacts",
    "RosterRecord",
    "SecondFactorDuty",
    "SignedIn",
    "Stage",
    "StatusFacts",
    "StatusRecord",
    "Succession",
    "SuccessorPlan",
    "Transition",
    "TransitionTarget",
    "Upload",
    "User",
    "data_version",
    "duties_are_on_record",
    "duties_known",
    "edition_asked_about",
    "transition_to",
]
