# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the package of an application."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pyhocon


class NotAPackage(Exception):
    """Why a file cannot be taken in; the text is for a person."""


def opened(content: bytes) -> dict[str, Any]:
    """What an application says of itself, from ``<anything>.app.conf`` at the top of its package."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            names = [name for name in bundle.namelist() if name.endswith(".app.conf") and "/" not in name]
            if len(names) != 1:
                raise NotAPackage(f"a package has one .app.conf, this one has {len(names)}")
            tree = pyhocon.ConfigFactory.parse_string(bundle.read(names[0]).decode(), resolve=False)
    except (zipfile.BadZipFile, pyhocon.exceptions.ConfigException, UnicodeDecodeError) as error:
        raise NotAPackage(f"cannot be read ({type(error).__name__})") from None
    about = {key: tree.get(key, None) for key in ("id", "version", "name", "provider", "category")}
    if not about["id"] or not about["version"]:
        raise NotAPackage("id and version are missing")
    return {key: value if value is None else str(value) for key, value in about.items()}


def rank(version: str) -> list[tuple[int, str]]:
    """Where a version stands among others."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"[.\-+]", version)]
