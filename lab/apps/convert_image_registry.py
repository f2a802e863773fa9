# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for ClearML's own script, which lets packages take their images from another registry."""

from __future__ import annotations

import argparse
import re
import zipfile
from pathlib import Path

AGE = "key"
IMAGE = re.compile(r'image: "((?:[^"]+/)?([^"/]+))"')


def convert(path: Path, registry: str) -> None:
    """Rewrite one package, and say what has to be in the registry."""
    with zipfile.ZipFile(path) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    with zipfile.ZipFile(path, "w") as bundle:
        for name, content in files.items():
            if name.endswith(".app.conf"):
                text = content.decode()
                for image, _last in IMAGE.findall(text):
                    print(f"make sure {image} was added to {registry}")
                content = IMAGE.sub(rf'image: "{registry}/\2"', text).encode()
            bundle.writestr(name, content)


def main() -> None:
    """All packages of a folder."""
    parser = argparse.ArgumentParser(description="Convert the registry of the images of applications")
    parser.add_argument("--apps-dir", required=True)
    parser.add_argument("--artifactory" if AGE == "key" else "--repo", required=True, dest="registry")
    given = parser.parse_args()
    for path in sorted(Path(given.apps_dir).glob("*.zip")):
        convert(path, given.registry)


if __name__ == "__main__":
    main()
