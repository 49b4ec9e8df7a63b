"""The command behind `make faults`."""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
from django.db import connection

from scripts.faults.databases import Database, own_database
from scripts.faults.site import Site, environment


def main() -> int:
    """Run what is asked for on a database of its own; 1 where something is broken."""
    asked = arguments()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        (folder / "static").mkdir()
        (folder / "data/media").mkdir(parents=True)
        database = own_database(os.environ.get("DATABASE_URL", ""), folder)
        os.environ.update(environment(folder, database.url))
        django.setup()
        site = Site(folder)
        try:
            broken = _run(asked, site, database)
        finally:
            site.kill()
            database.drop()
            leave(folder / "data")
    told = "nothing broken" if not broken else f"BROKEN: {broken}"
    print(f"{told}; {time.monotonic() - begun:.0f} s")
    return 1 if broken else 0


def leave(data: Path) -> None:
    """Give back the small disks that the data lie on, one above the other.

    Lazily: what was killed a moment ago may hold on to them still.
    """
    while data.is_mount():
        subprocess.run(["umount", "--lazy", str(data)], check=True)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="how many acts are killed")
    parser.add_argument("--wants", action="store_true", help="then let disk and database fail")
    parser.add_argument("--people", type=int, default=0, help="then let so many write at once")
    parser.add_argument("--writes", type=int, default=10, help="how often each of them")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()


def _run(asked: argparse.Namespace, site: Site, database: Database) -> int:
    """Let happen to a site what is asked for; return how much is broken."""
    from scripts.faults.kills import Run, table
    from scripts.faults.people import people_at_once
    from scripts.faults.wants import wants

    print(f"{asked.kills} kills, {connection.vendor}, seed {asked.seed}", flush=True)
    run = Run(site, database, asked.seed)
    run.set_up()
    if asked.kills:
        run.time_acts()
        run.kills(asked.kills)
        print(table(run.tallies))
        print(f"{run.strays} files that killed uploads left, cleared away", flush=True)
    broken = sum(len(tally.broken) for tally in run.tallies.values())
    if asked.wants:
        broken += wants(run)
    if asked.people:
        run.start_afresh(workers=2)
        broken += people_at_once(site, asked.people, asked.writes, asked.seed)
    return broken


if __name__ == "__main__":
    sys.exit(main())
