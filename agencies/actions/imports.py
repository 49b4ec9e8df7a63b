"""Writes what a workbook says: planned in memory against what is believed, saved once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.actions.entries import open_entry, rehearsal, write_lock
from agencies.actions.import_checks import check_gso_codes_of_lines, check_parents_of_lines
from agencies.actions.import_lines import state_roster_line, state_status_line
from agencies.actions.lives import FAR, Life, changes, load_lives, save_lives
from agencies.exchange import (
    AGENCY_SHEET,
    GROUP_SHEET,
    STATUS_SHEET,
    AgencyLine,
    BadWorkbook,
    ExchangeFile,
    GroupLine,
    Problem,
    SheetFormat,
    StatusLine,
    read_exchange_file,
    shown,
    sorted_problems,
)
from agencies.house_style import short_date
from agencies.models import (
    Agency,
    AgencyGroup,
    Edition,
    EntryKind,
    RosterFacts,
    StatusFacts,
    StatusRecord,
    User,
)
from agencies.models.status import NOT_STARTED

LISTED_CODES = 20  # that a message lists


@dataclass(frozen=True)
class ImportResult:
    """What an import wrote, or would write, in rows of the file but for `agencies_added`."""

    groups_added: int = 0
    groups_changed: int = 0
    agencies_added: int = 0
    roster_changed: int = 0
    statuses_added: int = 0
    statuses_corrected: int = 0
    unchanged: int = 0
    notices: tuple[str, ...] = ()

    @property
    def changes_anything(self) -> bool:
        """Say whether the file says anything that was not on record."""
        return any(
            count for name, count in vars(self).items() if name not in ("unchanged", "notices")
        )


def import_file(
    *, file: str | Path | BinaryIO, by: User, reason: str = "", dry_run: bool = False
) -> ImportResult:
    """Read a workbook of the exchange format and write what it says, or rehearse that.

    Raises:
        BadWorkbook: something in the file is wrong; nothing was written.
    """
    name = file if isinstance(file, str | Path) else getattr(file, "name", None) or ""
    exchange = read_exchange_file(file, editions=Edition.objects.all())
    reason = reason or _("Imported from the file %(name)s") % {"name": shown(Path(str(name)).name)}
    return import_rows(exchange=exchange, by=by, reason=reason, dry_run=dry_run)


def import_rows(
    *, exchange: ExchangeFile, by: User, reason: str, dry_run: bool = False
) -> ImportResult:
    """Write what was read from a workbook, under one Entry; none where nothing changes.

    A row holds from its day until the next row of the agency, in the file or on record;
    what is on record and not in the file stays.

    Raises:
        BadWorkbook: a row was unreadable or contradicts another or the record; nothing
            was written, and the problems of the whole file are told.
    """
    with rehearsal() if dry_run else nullcontext(), write_lock():
        plan = _Plan(exchange, by, list(exchange.problems), spoiled=set(exchange.spoiled))
        plan.take_groups()
        plan.load()
        plan.refuse_unknown_codes()
        plan.take_roster()
        plan.take_statuses()
        plan.check()
        if plan.problems:
            raise BadWorkbook(sorted_problems(plan.problems))
        plan.write(reason)
    return ImportResult(**plan.counts, notices=(*exchange.notices, *plan.notices()))


@dataclass
class _Plan:
    """What the file and the record come to together."""

    exchange: ExchangeFile
    by: User
    problems: list[Problem]
    groups: dict[str, AgencyGroup] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    editions: dict[str, int] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)
    counts: "Counter[str]" = field(default_factory=Counter)
    # Rows of `Tình trạng` that say what holds already from an earlier day on.
    already_so: list[int] = field(default_factory=list)
    # Codes of agencies with a problem: they are followed no further.
    spoiled: set[str] = field(default_factory=set)

    def refuse(
        self, sheet: SheetFormat, line: Any, name: str, allowed: str, found: object = None
    ) -> None:
        """Tell what a row says that cannot be, and follow its agency no further."""
        value = shown(getattr(line, name) if found is None else found)
        heading = sheet.heading_of(name)
        self.problems.append(Problem(sheet.title, line.row, heading, value, allowed))
        self.spoiled.add(line.code)

    @contextmanager
    def _told(self, sheet: SheetFormat, line: Any) -> Iterator[None]:
        """Tell as a problem of the row what a rule of the records has against it."""
        try:
            yield
        except ValidationError as error:
            self.refuse(sheet, line, "valid_from", " ".join(error.messages))

    def take_groups(self) -> None:
        """Add new groups and change known ones; a problem found later undoes it."""
        self.groups = {group.code: group for group in AgencyGroup.objects.all()}
        for line in self.exchange.groups:
            if line.code in self.exchange.spoiled_groups:
                continue
            group = self.groups.setdefault(line.code, AgencyGroup(code=line.code))
            said: dict[str, Any] = {"name": line.name, "name_en": line.name_en}
            if line.position is not None:
                said["position"] = line.position
            if group.pk and all(getattr(group, name) == value for name, value in said.items()):
                self.counts["unchanged"] += 1
                continue
            self.counts["groups_changed" if group.pk else "groups_added"] += 1
            for name, value in said.items():
                setattr(group, name, value)
            self._save_group(group, line)

    def _save_group(self, group: AgencyGroup, line: GroupLine) -> None:
        try:
            group.full_clean()
        except ValidationError as error:
            self.refuse(GROUP_SHEET, line, "code", " ".join(error.messages))
            return
        group._history_user = self.by  # type: ignore[attr-defined]  # simple-history's
        group.save()

    def load(self) -> None:
        """Load the agencies that the file names and their lives; add those it introduces."""
        lines = self.exchange.agencies
        codes = {line.code for line in lines} | {line.code for line in self.exchange.statuses}
        codes |= {line.parent for line in lines if line.parent}
        self.agencies = Agency.objects.in_bulk(list(codes), field_name="code")
        new = [Agency(code=code) for code in {line.code: 0 for line in lines}]
        new = [agency for agency in new if agency.code not in self.agencies]
        Agency.objects.bulk_create(new, batch_size=500)
        self.agencies |= {agency.code: agency for agency in new}
        self.added = {agency.code for agency in new}
        self.editions = dict(Edition.objects.values_list("code", "pk"))
        loaded = load_lives(self.agencies.values())
        self.lives = {life.agency.code: life for life in loaded.values()}

    def refuse_unknown_codes(self) -> None:
        """Check that groups, parents and agencies are in the file or on record."""
        groups = self.groups.keys() | self.exchange.spoiled_groups
        known = self.agencies.keys() | self.spoiled
        groups_unread = GROUP_SHEET.title in self.exchange.unread
        agencies_unread = AGENCY_SHEET.title in self.exchange.unread
        a_group = _("a group of the sheet “%(sheet)s” or on record: %(codes)s") % {
            "sheet": GROUP_SHEET.title,
            "codes": _listed(self.groups),
        }
        an_agency = _("an agency of the sheet “%(sheet)s” or on record") % {
            "sheet": AGENCY_SHEET.title
        }
        for line in self.exchange.agencies:
            if line.group and line.group not in groups and not groups_unread:
                self.refuse(AGENCY_SHEET, line, "group", a_group)
            if line.parent and line.parent not in known and not agencies_unread:
                self.refuse(AGENCY_SHEET, line, "parent", an_agency)
        for status in self.exchange.statuses:
            if status.code not in known and not agencies_unread:
                self.refuse(STATUS_SHEET, status, "code", an_agency)

    def take_roster(self) -> None:
        """State the rows of `Cơ quan`."""
        lines: dict[str, list[AgencyLine]] = {}
        for line in sorted(self.exchange.agencies, key=lambda line: line.valid_from):
            lines.setdefault(line.code, []).append(line)
        for code, of_agency in lines.items():
            if not self._codes_are_known(of_agency):
                self.spoiled.add(code)
            if code in self.spoiled:
                continue
            life, is_new = self.lives[code], code in self.added
            starts = {line.valid_from for line in of_agency}
            for line in of_agency:
                facts = self._roster_facts(line, life)
                with self._told(AGENCY_SHEET, line):
                    changed = state_roster_line(life, line, facts, starts)
                    if not is_new:
                        self.counts["roster_changed" if changed else "unchanged"] += 1
            self.counts["agencies_added"] += is_new
            self._refuse_lost_statuses(life, of_agency)

    def _codes_are_known(self, lines: list[AgencyLine]) -> bool:
        """Say whether groups and parents of rows are there; those told as problems are not."""
        return all(not line.group or line.group in self.groups for line in lines) and all(
            not line.parent or line.parent in self.agencies for line in lines
        )

    def _roster_facts(self, line: AgencyLine, life: Life) -> RosterFacts:
        origin = line.name_origin
        if "name_origin" not in self.exchange.agency_columns:
            same_day = [row for row in life.roster if row.valid_from == line.valid_from]
            origin = same_day[0].name_origin if same_day else ""
        return RosterFacts(
            name=line.name,
            group_id=self.groups[line.group].pk if line.group else None,
            parent_id=self.agencies[line.parent].pk if line.parent else None,
            gso_code=line.gso_code,
            name_origin=origin,
        )

    def _refuse_lost_statuses(self, life: Life, lines: list[AgencyLine]) -> None:
        """Check that an end moved forward leaves no status on record outside the life."""
        for status in life.status_before:
            kept = any(_overlap(status, row) for row in life.roster)
            if kept or StatusFacts(**status.facts()) == NOT_STARTED:
                continue
            ending = [
                line for line in lines if line.valid_to and line.valid_to <= status.valid_from
            ]
            allowed = _("a day after %(day)s: from then on “%(status)s” is on record") % {
                "day": short_date(status.valid_from),
                "status": status.get_stage_display(),
            }
            self.refuse(AGENCY_SHEET, (ending or lines)[-1], "valid_to", allowed)

    def take_statuses(self) -> None:
        """State the rows of `Tình trạng`."""
        for line in sorted(self.exchange.statuses, key=lambda line: line.valid_from):
            if line.code in self.spoiled or line.code not in self.lives:
                continue
            life = self.lives[line.code]
            if not any(row.covers(line.valid_from) for row in life.status):
                allowed = _("a day on which the agency exists: %(life)s") % {
                    "life": life.in_words()
                }
                self.refuse(STATUS_SHEET, line, "valid_from", allowed)
                continue
            present = life.status_on(line.valid_from)
            facts = self._status_facts(line, present)
            with self._told(STATUS_SHEET, line):
                outcome = state_status_line(life, line.valid_from, facts)
                self.counts[outcome] += 1
                if outcome == "unchanged" and present.valid_from != line.valid_from:
                    self.already_so.append(line.row)

    def _status_facts(self, line: StatusLine, present: StatusRecord) -> StatusFacts:
        """Return the facts of a row; of a column that is absent nothing is said.

        So the record of the same day and stage, where there is one, keeps what it says, and
        its document: no column could name one.
        """
        facts = StatusFacts(
            stage=line.stage,
            edition_id=self.editions[line.edition] if line.edition else None,
            working_toward_id=self.editions[line.working_toward] if line.working_toward else None,
            decision_number=line.decision_number,
            decision_date=line.decision_date,
            effective_date=line.effective_date,
            signer=line.signer,
            scope=line.scope,
            procedures=line.procedures,
            declaration=line.declaration,
            redeclaration_reason=line.redeclaration_reason,
            note=line.note,
            source=line.source,
        )
        if (present.valid_from, present.stage) != (line.valid_from, line.stage):
            return facts
        columns = {column.name for column in STATUS_SHEET.columns if not column.required}
        unsaid = {"evidence_id"} | {
            _FIELDS.get(name, name)
            for name in columns - self.exchange.status_columns - {"record"}
            if not getattr(line, name)
        }
        return replace(facts, **{name: getattr(present, name) for name in unsaid})

    def check(self) -> None:
        """Check the rules that span agencies, as far as single rows are good."""
        touched = {
            code: life
            for code, life in self.lives.items()
            if code not in self.spoiled and changes(life.roster_before, life.roster)[1]
        }
        lines = [line for line in self.exchange.agencies if line.code in touched]
        for line, found, allowed in check_parents_of_lines(lines, self.lives):
            self.refuse(AGENCY_SHEET, line, "parent", allowed, found)
        for line, found, allowed in check_gso_codes_of_lines(lines, self.lives):
            self.refuse(AGENCY_SHEET, line, "gso_code", allowed, found)

    def notices(self) -> list[str]:
        """Return what somebody who moved a first day might not expect."""
        if not self.already_so:
            return []
        rows = ", ".join(map(str, self.already_so[:20])) + (" …" if self.already_so[20:] else "")
        told = _(
            "Sheet “%(sheet)s”: what these rows say holds already from an earlier day on; they "
            "change nothing, and a record's first day is corrected on the agency's page: %(rows)s."
        )
        return [told % {"sheet": STATUS_SHEET.title, "rows": rows}]

    def write(self, reason: str) -> None:
        """Save the lives that changed, under one Entry; none where none did."""
        changed = [life for life in self.lives.values() if _is_changed(life)]
        if not changed:
            return
        try:
            save_lives(open_entry(by=self.by, kind=EntryKind.IMPORT, reason=reason), changed)
        except ValidationError as error:  # a rule that no check above foresees
            problem = Problem(None, None, None, " ".join(error.messages), "")
            raise BadWorkbook([problem]) from error


# The columns that name an object have its id in the record.
_FIELDS = {"working_toward": "working_toward_id"}


def _is_changed(life: Life) -> bool:
    return any(changes(life.roster_before, life.roster)) or any(
        changes(life.status_before, life.status)
    )


def _overlap(one: Any, other: Any) -> bool:
    begins = max(one.valid_from, other.valid_from)
    return bool(begins < min(one.valid_to or FAR, other.valid_to or FAR))


def _listed(codes: Any) -> str:
    """Return the first codes for a message."""
    shown_codes = sorted(codes)[:LISTED_CODES]
    return ", ".join(shown_codes) + ("…" if len(codes) > LISTED_CODES else "") or "—"
