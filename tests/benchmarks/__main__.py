# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast a night is, as ratios within one run; writes docs/benchmarks.md of the checkout that is named.

Nothing here is a test: what a figure should be stands beside it, and a machine that is slow is slow for all.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import os
import platform as machine
import typing as t
from pathlib import Path

from tests.benchmarks import releases, state
from tests.benchmarks.measure import Table

HEADER = """<!--
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Benchmarks

Written by `make bench` on {day}. Both sides of each ratio were measured in the same run, on the same machine, against
the laboratory on loopback; a median is of {rounds} repetitions. What a real server adds is the time of its answers, for
which 10 ms stand.

- machine: {machine}
- Python {python}, ansible-core {core}, requests {requests}
- to repeat them: `make bench` (all, about {minutes} minutes), or `make bench ARGS='--only state --tenants 50'`
"""
SECTIONS: dict[str, t.Callable[[argparse.Namespace], list[Table]]] = {
    "state": state.measure,
    "releases": releases.measure,
}


def main() -> None:
    """Measure, print, and write the page if everything was measured as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, help="the page to write")
    parser.add_argument("--only", choices=sorted(SECTIONS), action="append", help="measure this alone, write nothing")
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--large", type=int, default=1000, help="companies of the measurement of memory")
    parser.add_argument("--releases", type=int, default=600)
    parser.add_argument("--loop", type=int, default=300, help="items of the loop of module processes")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    began = datetime.datetime.now(datetime.timezone.utc)
    tables = [table for name in options.only or SECTIONS for table in SECTIONS[name](options)]
    took = datetime.datetime.now(datetime.timezone.utc) - began
    header = HEADER.format(
        day=began.date(),
        rounds=options.rounds,
        minutes=max(1, round(took.total_seconds() / 60)),
        machine=f"{os.cpu_count()} cores ({_processor()}), {machine.system()} {machine.release()}",
        python=machine.python_version(),
        core=importlib.metadata.version("ansible-core"),
        requests=importlib.metadata.version("requests"),
    )
    text = "\n".join([header, *(table.markdown() for table in tables)])
    print(text)
    if options.page and not options.only:
        options.page.write_text(text.rstrip() + "\n", encoding="utf-8")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return machine.machine()


if __name__ == "__main__":
    main()
