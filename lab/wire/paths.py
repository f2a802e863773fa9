# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request paths: ``[/v<version>]/<service>.<action>``, and versions that compare by number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lab.wire import errors

_PATH = re.compile(r"^/?(v(?P<version>\d+\.?\d+)/)?(?P<name>[a-zA-Z_]\w+\.[a-zA-Z_]\w+)/?$", re.ASCII)

Version = tuple[int, int]


@dataclass(frozen=True)
class Target:
    """An endpoint's name and the version asked for; ``version`` is None when the path has none."""

    name: str
    version: str | None


@lru_cache(maxsize=4096)
def parse_path(path: str) -> Target:
    """Split a path; ApiError 400/0 if it has another form."""
    match = _PATH.match(path)
    if match is None:
        raise errors.bad_path(path)
    return Target(match["name"], match["version"])


@lru_cache(maxsize=1024)
def parse_version(version: str) -> Version:
    """A version as numbers; ApiError 400/2 for leading zeros, which the real parser refuses too."""
    major, _dot, minor = version.partition(".")
    for part, text in (("major", major), ("minor", minor)):
        if len(text) > 1 and text.startswith("0"):
            raise errors.bad_version(version, f"Invalid leading zero in {part}: '{version}'")
    return int(major), int(minor or 0)


def shown_version(version: str) -> str | float:
    """The envelope's requested_version: versions below 2.1 come back as JSON numbers."""
    try:
        return float(version) if parse_version(version) < (2, 1) else version
    except errors.ApiError:
        return version
