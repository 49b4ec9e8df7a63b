"""Rows compared with the last that the record of acts says of them."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import DecimalField, Field, FileField, Model
from django.utils.translation import gettext as _

from agencies.audited import plain, values_of
from agencies.models import AuditLine, Deed

SAID = (Deed.ADDED, Deed.CHANGED, Deed.ROLE)
Row = tuple[str, str]  # kind and number
NUMBERED = re.compile(r"[#(](\w+)\)?\Z")


def rows_behind_the_record() -> Iterator[str]:
    """Yield each row that was altered or removed past the actions: it is not as the record says.

    Of a row whose lines were erased, or that was there before the record, nothing is said.
    """
    said = _last_said()
    by_kind: dict[str, dict[str, dict[str, Any]]] = {}
    for (kind, number), values in said.items():
        by_kind.setdefault(kind, {})[number] = values
    for kind, rows in sorted(by_kind.items()):
        model: Any = apps.get_model(kind)
        present = {str(row.pk): row for row in model._base_manager.filter(pk__in=list(rows))}
        for number, values in rows.items():
            told = {"kind": model._meta.verbose_name, "row": number}
            if number not in present:
                yield _("Removed past the record of acts: %(kind)s %(row)s") % told
            elif names := _altered(present[number], values):
                told["fields"] = ", ".join(names)
                yield _("Altered past the record of acts: %(kind)s %(row)s (%(fields)s)") % told


def _last_said() -> dict[Row, dict[str, Any]]:
    found: dict[Row, dict[str, Any]] = {}
    lines = AuditLine.objects.exclude(model="").order_by("pk")
    wanted = lines.filter(deed__in=[*SAID, Deed.DELETED, Deed.ERASED])
    for kind, number, deed, after in wanted.values_list("model", "row", "deed", "after").iterator():
        if deed not in SAID or not after:
            found.pop((kind, number), None)
        else:
            found.setdefault((kind, number), {}).update(json.loads(after))
    return found


def _altered(row: Model, said: dict[str, Any]) -> list[str]:
    present = values_of(row)
    fields = {field.name: field for field in row._meta.concrete_fields}
    return [
        name
        for name, value in said.items()
        if name in present and _said(fields[name], value) != _standing(fields[name], present[name])
    ]


def _said(field: "Field[Any, Any]", value: Any) -> Any:
    """Return a value on record so that it compares: of what is pointed to, the number."""
    if value is None:
        return None
    if field.remote_field:
        number = NUMBERED.search(str(value))
        return number[1] if number else value
    return Decimal(value) if isinstance(field, DecimalField) else value


def _standing(field: "Field[Any, Any]", value: Any) -> Any:
    if value is None or (isinstance(field, DecimalField) and value is not None):
        return value
    return str(value) if field.remote_field or isinstance(field, FileField) else plain(value)
