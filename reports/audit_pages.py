"""Lines of the record of acts in a reader's words; nothing of a row is asked for one by one."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import AuditLine, RosterRecord, StatusRecord
from agencies.origin import COMMAND

# What acts say that is no field of a row.
SAID = {
    "asked": lambda: _("asked"),
    "sessions": lambda: _("sessions"),
    "reason": lambda: _("reason"),
    "expires_at": lambda: _("valid until"),
    "text": lambda: _("text"),
    "as_of_day": lambda: _("figures as of"),
    "taken_at": lambda: _("taken at"),
}


@dataclass(frozen=True)
class Value:
    """One value before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One line as it is read; `agencies` are the codes that an act of recording touched."""

    pk: int
    at: datetime
    by: str
    deed: str
    kind: str
    words: str
    origin: str
    values: tuple[Value, ...]
    agencies: tuple[str, ...]
    recorded_at: datetime | None
    sha256: str


def told(lines: Sequence[AuditLine]) -> list[Told]:
    """Return lines in words, with the agencies of their acts of recording."""
    touched = _touched([line.entry_id for line in lines if line.entry_id])
    return [_told(line, touched.get(line.entry_id or 0, [])) for line in lines]


def _touched(entries: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for model in (RosterRecord, StatusRecord):
        for name in ("recorded", "superseded"):
            rows = model.objects.order_by("agency__code").filter(**{f"{name}__in": entries})
            for entry, code in rows.values_list(name, "agency__code").distinct():
                found[entry][code] = None
    return {entry: sorted(codes) for entry, codes in found.items()}


def _told(line: AuditLine, agencies: Sequence[str]) -> Told:
    model = _model(line.model)
    entry = line.entry
    return Told(
        pk=line.pk,
        at=line.at,
        by=str(line.by) if line.by else "",
        deed=line.get_deed_display(),
        kind=str(model._meta.verbose_name) if model else "",
        words=_words(line),
        origin=_("command on the server") if line.origin == COMMAND else line.origin,
        values=_values(model, json.loads(line.before or "{}"), json.loads(line.after or "{}")),
        agencies=tuple(agencies),
        recorded_at=entry.at if entry and entry.loaded_at else None,
        sha256=line.sha256,
    )


def _words(line: AuditLine) -> str:
    if line.is_erased:
        return _("(erased as personal data)")
    return line.entry.reason if line.entry else line.words


def _model(label: str) -> Any:
    try:
        return apps.get_model(label) if label else None
    except LookupError:  # of a version that had another model
        return None


def _values(model: Any, before: dict[str, Any], after: dict[str, Any]) -> tuple[Value, ...]:
    fields = {field.name: field for field in model._meta.concrete_fields} if model else {}
    names = dict.fromkeys([*before, *after])
    return tuple(
        Value(
            label=_label(name, fields.get(name)),
            before=_shown(before[name], fields.get(name)) if name in before else "",
            after=_shown(after[name], fields.get(name)) if name in after else "",
        )
        for name in names
    )


def _label(name: str, field: "models.Field[Any, Any] | None") -> str:
    if name in SAID and (field is None or name != "reason"):
        return SAID[name]()
    return str(field.verbose_name) if field else name


def _shown(value: Any, field: "models.Field[Any, Any] | None") -> str:
    if value is None or value in ("", [], {}):
        return _("(empty)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(_shown(one, None) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_shown(one, None)}" for name, one in value.items())
    return str(dict(getattr(field, "flatchoices", ())).get(value) or _day_or_text(str(value)))


def _day_or_text(text: str) -> str:
    try:
        if len(text) == 10:
            return house_style.short_date(date.fromisoformat(text))
        if "T" in text[:11]:
            return house_style.moment(datetime.fromisoformat(text))
    except ValueError:
        pass
    return text
