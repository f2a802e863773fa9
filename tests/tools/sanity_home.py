# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepares a home folder for ansible-test, so that it neither writes into the user's nor downloads an installer.

ansible-test builds virtual environments below ``~/.ansible/test``. For that it fetches pip's installer, unless it
finds it in its cache, and it passes none of pip's environment variables on. This puts a few lines into that cache
which take the pip that Python ships, and writes the settings that pip has here into a ``pip.conf`` of that home.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

INSTALLER = "import ensurepip\n\nensurepip.bootstrap(default_pip=True)\n"


def pip_versions() -> set[str]:
    """The versions of pip that the installed ansible-test asks for."""
    spec = find_spec("ansible_test")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("ansible-test is not installed for this Python")
    script = Path(spec.submodule_search_locations[0]) / "_internal" / "python_requirements.py"
    versions = set(re.findall(r"\bpip=['\"]([\d.]+)['\"]", script.read_text()))
    if not versions:
        sys.exit(f"found no version of pip in {script}: ansible-test has changed, and this script must follow")
    return versions


def pip_settings() -> dict[str, str]:
    """What pip is told here by its files and by the environment; the environment has the last word."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listing = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    settings: dict[str, str] = {}
    for line in sorted(listing.splitlines(), key=lambda text: text.startswith(":env:")):
        key, separator, value = line.partition("=")
        section, _dot, name = key.partition(".")
        if separator and section in ("global", "install", ":env:"):
            settings[name] = str(ast.literal_eval(value))
    return settings


def main() -> None:
    """Write the installer stand-ins and pip's settings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="the folder that becomes $HOME")
    home: Path = parser.parse_args().home
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in pip_versions():
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(INSTALLER)
    configuration = home / ".config" / "pip" / "pip.conf"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    settings = {**pip_settings(), "quiet": "2"}
    lines = [f"{name} = " + value.replace("\n", "\n    ") for name, value in sorted(settings.items())]
    configuration.touch(mode=0o600)
    configuration.write_text("\n".join(["[global]", *lines, ""]))


if __name__ == "__main__":
    main()
