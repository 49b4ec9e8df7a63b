"""What a workbook and the record come to together: planned in memory, row by row."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.actions.audit import changing
from agencies.actions.entries import open_entry
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
    fix_key,
    shown,
)
from agencies.house_style import short_date
from agencies.models import (
    Agency,
    AgencyGroup,
    DatedRecord,
    Edition,
    Entry,
    EntryKind,
    Province,
    RosterFacts,
    RosterRecord,
    StatusFacts,
    StatusRecord,
    User,
)
from agencies.models.status import NOT_STARTED
from agencies.scope import province_of, refuse_foreign_days, refuse_of_several
from agencies.vietnamese import fold

LISTED_CODES = 20  # that a message lists
TOLD_EVERY = 100  # rows


def tell_nobody(done: int, rows: int) -> None:
    """Take how many rows are planned of how many; nobody waits to hear it."""


@dataclass(frozen=True)
class Outcome:
    """What one row leads to: what it is counted as, the facts before it and after it.

    `before` is what was believed of the row's day before the file, None where nothing was.
    """

    sheet: SheetFormat
    line: GroupLine | AgencyLine | StatusLine
    counted: str
    before: DatedRecord | GroupLine | None
    after: RosterFacts | StatusFacts | None = None


@dataclass
class Plan:
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
    outcomes: list[Outcome] = field(default_factory=list)
    tell: Callable[[int, int], None] = tell_nobody
    # Codes of agencies whose rows are looked at and not taken, as one of them is in error.
    held: set[str] = field(default_factory=set)
    # Ask about a name that differs from the one on record in marks or case alone.
    asks_for_names: bool = False

    def carry_out(self) -> None:
        """Take every row; what cannot be is told in `problems`."""
        self.take_groups()
        self.load()
        self.refuse_unknown_codes()
        self.take_roster()
        self.take_statuses()
        self.check()

    def _note(
        self, sheet: SheetFormat, line: Any, counted: str, before: Any, after: Any = None
    ) -> None:
        """Keep what a row led to; say now and then how many are taken."""
        self.outcomes.append(Outcome(sheet, line, counted, before, after))
        if len(self.outcomes) % TOLD_EVERY == 0:
            self.tell(len(self.outcomes), self.exchange.number_of_rows)

    def refuse(
        self,
        sheet: SheetFormat,
        line: Any,
        name: str,
        allowed: str,
        found: object = None,
        *,
        choices: Sequence[str] = (),
    ) -> None:
        """Tell what a row says that cannot be, and follow its agency no further."""
        value = shown(getattr(line, name) if found is None else found)
        place = (sheet.title, line.row, sheet.heading_of(name))
        self.problems.append(Problem(*place, value, allowed, name, tuple(choices)))
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
            before = _group_line(group) if group.pk else None
            said: dict[str, Any] = {"name": line.name, "name_en": line.name_en}
            if line.position is not None:
                said["position"] = line.position
            if group.pk and all(getattr(group, name) == value for name, value in said.items()):
                self.counts["unchanged"] += 1
                self._note(GROUP_SHEET, line, "unchanged", before)
                continue
            counted = "groups_changed" if group.pk else "groups_added"
            self.counts[counted] += 1
            self._note(GROUP_SHEET, line, counted, before)
            for name, value in said.items():
                setattr(group, name, value)
            self._save_group(group, line)

    def _save_group(self, group: AgencyGroup, line: GroupLine) -> None:
        try:
            refuse_of_several(self.by)
            group.full_clean()
        except ValidationError as error:
            self.refuse(GROUP_SHEET, line, "code", " ".join(error.messages))
            return
        group._history_user = self.by  # type: ignore[attr-defined]  # simple-history's
        with changing(group, by=self.by):
            group.save()

    def load(self) -> None:
        """Load the agencies that the file names and their lives; add those it introduces.

        One that exists on no day, as what made it was undone, is introduced anew.
        """
        lines = self.exchange.agencies
        codes = {line.code for line in lines} | {line.code for line in self.exchange.statuses}
        codes |= {line.parent for line in lines if line.parent}
        self.agencies = Agency.objects.in_bulk(list(codes), field_name="code")
        new = [Agency(code=code) for code in {line.code: 0 for line in lines}]
        new = [agency for agency in new if agency.code not in self.agencies]
        Agency.objects.bulk_create(new, batch_size=500)
        self.agencies |= {agency.code: agency for agency in new}
        self.editions = dict(Edition.objects.values_list("code", "pk"))
        loaded = load_lives(self.agencies.values())
        self.lives = {life.agency.code: life for life in loaded.values()}
        gone = {code for code, life in self.lives.items() if not life.roster_before}
        self.added = gone & {line.code for line in lines}
        for code in gone - self.added:
            del self.agencies[code], self.lives[code]

    def refuse_unknown_codes(self) -> None:
        """Check that groups, parents and agencies are in the file or on record."""
        groups = self.groups.keys() | self.exchange.spoiled_groups
        known = self.agencies.keys() | self.spoiled | self.held
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
            if line.province and line.province not in self.provinces:
                a_province = _("a province on record: %(codes)s") % {
                    "codes": _listed(self.provinces)
                }
                choices = sorted(self.provinces)
                self.refuse(AGENCY_SHEET, line, "province", a_province, choices=choices)
            if line.group and line.group not in groups and not groups_unread:
                self.refuse(AGENCY_SHEET, line, "group", a_group, choices=sorted(self.groups))
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
                before = _on_day(life.roster_before, line)
                self._ask_for_name(line, before)
                with self._told(AGENCY_SHEET, line):
                    changed = state_roster_line(life, line, facts, starts)
                    counted = "roster_changed" if changed else "unchanged"
                    if not is_new:
                        self.counts[counted] += 1
                    self._note(
                        AGENCY_SHEET, line, "agencies_added" if is_new else counted, before, facts
                    )
            self.counts["agencies_added"] += is_new
            self._refuse_lost_statuses(life, of_agency)

    def _ask_for_name(self, line: AgencyLine, before: RosterRecord | None) -> None:
        """Propose the name on record for one that is written a little otherwise."""
        if not self.asks_for_names or before is None or before.name == line.name:
            return
        if fold(before.name) == fold(line.name) and self._is_open(line):
            allowed = _("a choice: the name on record, “%(name)s”, or a new spelling")
            place = (
                AGENCY_SHEET.title,
                line.row,
                AGENCY_SHEET.heading_of("name"),
                shown(line.name),
            )
            choices = (before.name, line.name)
            said = allowed % {"name": before.name}
            self.problems.append(Problem(*place, said, "name", choices, of=line.code))
            self.held.add(line.code)

    def _is_open(self, line: AgencyLine) -> bool:
        return fix_key("name", line.name, line.code) not in self.exchange.decided

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
            province_id=self._province_id(line, life),
        )

    @cached_property
    def provinces(self) -> dict[str, int]:
        """Return the provinces on record by their codes; asked for where a row names one."""
        return dict(Province.objects.values_list("code", "pk"))

    def _province_id(self, line: AgencyLine, life: Life) -> int | None:
        """Return the province of a row; where the column is absent, the one that it is in.

        An agency that is new is then of the importer's province.
        """
        if "province" in self.exchange.agency_columns:
            return self.provinces[line.province] if line.province else None
        known = [row for row in life.roster if row.valid_from <= line.valid_from] or life.roster
        return known[-1].province_id if known else province_of(self.by)

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
                outcome = state_status_line(
                    life, line.valid_from, facts, names_record=bool(line.record)
                )
                self.counts[outcome] += 1
                self._note(STATUS_SHEET, line, outcome, present, facts)
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
        self._refuse_foreign()
        lines = [line for line in self.exchange.agencies if line.code in touched]
        for line, found, allowed in check_parents_of_lines(lines, self.lives):
            self.refuse(AGENCY_SHEET, line, "parent", allowed, found)
        for line, found, allowed in check_gso_codes_of_lines(lines, self.lives):
            self.refuse(AGENCY_SHEET, line, "gso_code", allowed, found)

    def _refuse_foreign(self) -> None:
        """Tell of each agency of another province than the importer's, at its first row."""
        if province_of(self.by) is None:
            return
        rows: list[tuple[SheetFormat, Any]] = [
            *((AGENCY_SHEET, line) for line in self.exchange.agencies),
            *((STATUS_SHEET, line) for line in self.exchange.statuses),
        ]
        for sheet, line in rows:
            if line.code in self.spoiled or line.code not in self.lives:
                continue
            life = self.lives[line.code]
            roster, status = (life.roster_before, life.roster), (life.status_before, life.status)
            try:
                refuse_foreign_days(self.by, line.code, roster, status)
            except ValidationError as error:
                self.refuse(sheet, line, "code", " ".join(error.messages))

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

    def write(self, reason: str) -> Entry | None:
        """Save the lives that changed, under one Entry; none where none did."""
        changed = [life for life in self.lives.values() if life.changed()]
        if not changed:
            return None
        try:
            entry = open_entry(by=self.by, kind=EntryKind.IMPORT, reason=reason)
            save_lives(entry, changed)
        except ValidationError as error:  # a rule that no check above foresees
            problem = Problem(None, None, None, " ".join(error.messages), "")
            raise BadWorkbook([problem]) from error
        return entry


def _group_line(group: AgencyGroup) -> GroupLine:
    return GroupLine(group.code, group.name, group.name_en, group.position)


# The columns that name an object have its id in the record.
_FIELDS = {"working_toward": "working_toward_id"}


def _on_day(rows: Iterable[RosterRecord], line: AgencyLine) -> RosterRecord | None:
    return next((row for row in rows if row.covers(line.valid_from)), None)


def _overlap(one: Any, other: Any) -> bool:
    begins = max(one.valid_from, other.valid_from)
    return bool(begins < min(one.valid_to or FAR, other.valid_to or FAR))


def _listed(codes: Any) -> str:
    """Return the first codes for a message."""
    shown_codes = sorted(codes)[:LISTED_CODES]
    return ", ".join(shown_codes) + ("…" if len(codes) > LISTED_CODES else "") or "—"
