"""What happens at a site with a copy of its database; run by tests/test_replica.py, in order.

A process of its own, because the settings decide at their first reading whether there is a copy.
Prints one JSON object of what was seen.
"""

import json
import os
import sys
import time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "kontum_qms.settings"
django.setup()

from datetime import date  # noqa: E402

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from agencies.actions import record_status  # noqa: E402
from agencies.models import Agency, Edition, Role, Stage, StatusFacts, User  # noqa: E402
from kontum_qms import replica  # noqa: E402
from tests.small_province import build_small_province  # noqa: E402

SEEN: dict[str, object] = {}
ABOUT = "?as_of=2021-11-15"


def settle() -> None:
    """Wait until the copy has what was written."""
    for _attempt in range(200):
        if replica.state() == "ok":
            return
        time.sleep(0.05)
    sys.exit(f"the copy does not follow: {replica.state()}")


def page(client: Client, path: str) -> dict[str, object]:
    """Ask for a page; say what it shows and whom it asked."""
    copy, first = connections["replica"], connections["default"]
    with CaptureQueriesContext(first) as asked_first:
        if "replica" in SEEN:  # it is away by then, and cannot be listened to
            answer = client.get(path)
            return {"status": answer.status_code, "copy": 0, "text": answer.content.decode()}
        with CaptureQueriesContext(copy) as asked_copy:
            answer = client.get(path)
    content = b"".join(answer) if answer.streaming else answer.content
    records = [one for one in asked_copy if "agencies_" in one["sql"]]
    on_first = [one for one in asked_first if '"agencies_statusrecord"' in one["sql"]]
    return {
        "status": answer.status_code,
        "copy": len(records),
        "first": len(on_first),
        "text": content.decode("utf-8", "replace"),
    }


def tell(name: str, found: dict[str, object], fraction: str) -> None:
    """Keep of a page what matters."""
    text = str(found.pop("text"))
    SEEN[name] = {**found, "fraction": fraction in text}


def main() -> None:
    """Tell the story; the test beside it pauses and stops the copy on a word."""
    # No collectstatic for this: pages name their files as they lie there.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    call_command("migrate", verbosity=0)
    lan = User.objects.create_user("lan", "Mat-khau-cua-Lan", role=Role.OFFICER)
    build_small_province(lan)
    client = Client()
    client.force_login(lan)
    settle()
    tell("reads from the copy", page(client, f"/{ABOUT}"), "04/06")
    settle()
    tell("a page of agencies", page(client, f"/agencies/{ABOUT}"), "")
    settle()
    tell("a file, which leaves a line", page(client, f"/reports/summary.xlsx{ABOUT}"), "")
    SEEN["lines"] = verified()

    word("pause")
    facts = StatusFacts(
        Stage.APPLIED,
        edition_id=Edition.objects.get(year=2015).pk,
        decision_number="99/QĐ",
        decision_date=date(2021, 1, 4),
    )
    record_status(
        agency=Agency.objects.get(code="THANH-TRA"),
        valid_from=date(2021, 1, 4),
        facts=facts,
        by=lan,
    )
    SEEN["while paused"] = replica.state()
    tell("what was just recorded", page(client, f"/{ABOUT}"), "05/06")
    word("resume")
    settle()
    tell("once it follows again", page(client, f"/{ABOUT}&compared_with=2020-01-01"), "05/06")

    word("stop")
    answer = client.get(f"/{ABOUT}&compared_with=2020-02-01")
    SEEN["while away"] = {"status": answer.status_code, "right": "05/06" in answer.content.decode()}
    ready = client.get("/readyz/")
    SEEN["ready"] = {"status": ready.status_code, "replica": ready.json()["replica"]}

    word("promote")
    replica._Copy.away_until = 0.0  # half a minute later
    SEEN["once promoted"] = replica.state()
    sys.stdout.write(json.dumps(SEEN) + "\n")


def verified() -> bool:
    """Say whether the record of acts reads well after what the pages added to it."""
    try:
        call_command("audit_verify", stdout=sys.stderr)
    except SystemExit as ended:
        return not ended.code
    return True


def word(wanted: str) -> None:
    """Ask the test for something and wait until it is done."""
    sys.stdout.write(wanted + "\n")
    sys.stdout.flush()
    sys.stdin.readline()


main()
