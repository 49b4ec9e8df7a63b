"""Keeps what a release leaves behind, for the tests of upgrades: run it at every release.

    DATABASE_URL=sqlite:////tmp/release.sqlite3 MEDIA_ROOT=/tmp/release-media \
        .venv/bin/python scripts/keep_release.py tests/releases/VERSION

Fills an empty database with the small province, a document, a decree, an undoing and published
figures; writes the figures that this version gives (`figures.json`) and a backup (`backup.zip`)
to the folder. tests/test_upgrades.py restores each of them with the program of today.
"""

import json
import os
import sys
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kontum_qms.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from agencies.actions import (  # noqa: E402
    apply_reorganisation,
    correct_status_record,
    keep_evidence,
    record_status,
    undo_entry,
)
from agencies.models import (  # noqa: E402
    Entry,
    ReorganisationPlan,
    Role,
    StatusFacts,
    StatusRecord,
    SuccessorPlan,
    User,
)
from reports.actions import PublicationFacts, add_published_figures, place_tiles  # noqa: E402
from reports.published import PrintedFigure  # noqa: E402
from tests.documents import upload  # noqa: E402
from tests.small_province import build_small_province  # noqa: E402

# Days and moments of knowledge that the figures are asked for.
QUESTIONS = (
    ("2015-06-30", "2015-06-30T17:00:00Z"),
    ("2018-06-30", "2018-12-31T17:00:00Z"),  # SO-NN believed converted
    ("2018-06-30", None),  # and known better since
    ("2020-12-31", "2021-01-31T17:00:00Z"),
    ("2020-12-31", None),
    ("2021-11-15", None),
    ("2023-06-30", None),  # after the decree, which was undone
    ("2024-06-30", None),  # after the one that stands
)


def fill() -> None:
    """Write the small province and what came later, through the actions that a person uses."""
    lan = User.objects.create_user("lan", role=Role.OFFICER, full_name="Lan")
    User.objects.create_user("quan", role=Role.ADMINISTRATOR, full_name="Quân")
    province = build_small_province(lan)
    document = keep_evidence(file=upload(), by=lan)
    converted = province.applied(province.edition_2015, "40/QĐ-TTr", date(2022, 5, 1))
    facts = StatusFacts(**{**vars(converted), "evidence_id": document.pk})
    record_status(agency=province["THANH-TRA"], valid_from=date(2022, 5, 1), facts=facts, by=lan)
    record = StatusRecord.objects.believed().get(decision_number="40/QĐ-TTr")
    correct_status_record(
        record=record,
        valid_from=date(2022, 5, 15),
        facts=facts,
        reason="Ngày có hiệu lực là 15/05/2022",
        by=lan,
    )
    _decrees(lan, document.pk)
    place_tiles(lines=[{"agency": "SO-NN", "column": "0", "row": "0", "label": "Nông nghiệp"}])
    add_published_figures(
        publication=PublicationFacts("Báo Kon Tum", date(2021, 11, 15)),
        figures=[PrintedFigure("04/06", "", "converted", 4, 6)],
        by=lan,
    )


def _decrees(lan: User, document: int) -> None:
    """Apply a merger and take it back; apply a renaming, which stands."""
    merged = SuccessorPlan(
        code="CC-RUNG",
        predecessors=("CC-KL", "CC-TL"),
        name="Chi cục Rừng và Nước",
        group="CC",
        parent="SO-NN",
        first_status="anew",
    )
    plan = ReorganisationPlan("12/NQ-HĐND", date(2023, 3, 1), (merged,), document_id=document)
    apply_reorganisation(plan=plan, by=lan)
    undo_entry(entry=Entry.objects.latest("pk"), reason="Nghị quyết chưa được thông qua", by=lan)
    renamed = SuccessorPlan(
        code="SO-NN", predecessors=("SO-NN",), name="Sở Nông nghiệp và Môi trường"
    )
    apply_reorganisation(
        plan=ReorganisationPlan("15/NQ-HĐND", date(2024, 3, 1), (renamed,)), by=lan
    )


def figures() -> str:
    """Return the roll-up of every question as this version gives it."""
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    answers = []
    for day, known_at in QUESTIONS:
        out = StringIO()
        told = {"as_of": day, "known_at": known_at or now}
        call_command("rollup", format="json", stdout=out, **told)
        answers.append(json.loads(out.getvalue()))
    return json.dumps(answers, ensure_ascii=False, indent=1) + "\n"


def main(folder: Path) -> None:
    """Fill the database and keep what came of it."""
    from reports.backing_up import take_backup

    call_command("migrate", verbosity=0)
    fill()
    folder.mkdir(parents=True)
    (folder / "figures.json").write_text(figures(), "utf-8")
    take_backup(folder).path.rename(folder / "backup.zip")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
