# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds the collection's archive and lets galaxy-importer read it; a warning fails like an error."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

CONFIGURATION = """\
[galaxy-importer]
check_required_tags = True
run_ansible_lint = True
offline_ansible_lint = True
run_ansible_test = False
ansible_local_tmp = {scratch}
tmp_root_dir = {scratch}
"""


def build(source: Path, target: Path) -> Path:
    """Build the archive of the collection in ``source``."""
    subprocess.run(
        ["ansible-galaxy", "collection", "build", "--force", "--output-path", str(target), str(source)], check=True
    )
    (archive,) = target.glob("*.tar.gz")
    return archive


def main() -> None:
    """Build, import, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="the collection")
    parser.add_argument("target", type=Path, help="where the archive and the importer's result go")
    arguments = parser.parse_args()
    target: Path = arguments.target.resolve()
    shutil.rmtree(target, ignore_errors=True)
    scratch = target / "scratch"
    scratch.mkdir(parents=True)
    archive = build(arguments.source.resolve(), target)
    configuration = target / "galaxy-importer.cfg"
    configuration.write_text(CONFIGURATION.format(scratch=scratch))
    run = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", str(archive)],
        cwd=target,
        env={**os.environ, "GALAXY_IMPORTER_CONFIG": str(configuration)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(run.stdout)
    complaints = [line for line in run.stdout.splitlines() if line.startswith(("WARNING", "ERROR", "CRITICAL"))]
    print(f"{archive.name}: {archive.stat().st_size} bytes, {len(complaints)} complaints")
    sys.exit(run.returncode or bool(complaints))


if __name__ == "__main__":
    main()
