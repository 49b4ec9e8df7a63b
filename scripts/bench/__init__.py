"""make bench: what the product costs at the size of a province and of a country.

    python -m scripts.bench              small sizes on SQLite, printed (under var/bench)
    python -m scripts.bench --full       every size on both databases, written to docs/bench

Each probe runs in a process of its own, so that its peak memory is its own; wall time and
processor time are the medians of several runs, cold with every cache empty and warm right after.
The naive ways to the same answer run in the same way, so that figures are ratios of one run.
"""
