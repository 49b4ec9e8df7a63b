"""What the whole database holds, in one word: has anything been written?"""

from collections.abc import Sequence
from hashlib import sha256

from django.apps import apps

# Signing in, failing to and being seen are noted whatever a person does then.
APART = {"sessions.Session", "agencies.SignedIn", "axes.AccessAttempt"}
SIGN_INS = ("signed_in", "signed_out")
APART_COLUMNS = {"agencies.User": {"last_login"}}


def fingerprint(deeds: Sequence[str] = SIGN_INS) -> dict[str, str]:
    """Return a digest of the rows of every table, by model; apart from lines of some deeds."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        if model._meta.proxy or label in APART:
            continue
        columns = {field.attname for field in model._meta.concrete_fields}
        names = sorted(columns - APART_COLUMNS.get(label, set()))
        rows = model._base_manager.order_by("pk").values_list(*names)
        if label == "agencies.AuditLine":
            rows = rows.exclude(deed__in=deeds)
        found[label] = sha256(repr(list(rows)).encode()).hexdigest()
    return found
