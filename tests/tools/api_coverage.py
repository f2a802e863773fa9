# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of the API's contract the collection uses, and why it leaves the rest: docs/api-coverage.md.

Usage: api_coverage.py ROOT [--write]. Without ``--write`` it fails if the page is not what it should be.
"""

from __future__ import annotations

import ast
import sys
import typing as t
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

PAGE = Path("docs") / "api-coverage.md"
REASONS = Path("docs") / "api-coverage.yml"
HEAD = """<!--
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# What of the API is covered

Made by `make api-coverage` from the contract in `lab/contract`, from the plugins, and from the reasons in
`api-coverage.yml`. A test sends every field that is not listed here as left alone, and fails if one cannot be reached.
"""


@dataclass(frozen=True)
class Reasons:
    """Why endpoints are not used, and fields not sent, by pattern."""

    unused: dict[str, str]
    unsent: dict[str, str]

    @classmethod
    def load(cls, root: Path) -> Reasons:
        """What the file says."""
        content = yaml.safe_load((root / REASONS).read_text(encoding="utf-8"))
        return cls(
            {pattern: item["reason"] for item in content["unused"] for pattern in item["endpoints"]},
            {pattern: item["reason"] for item in content["unsent"] for pattern in item["fields"]},
        )


def contract(root: Path) -> dict[str, list[str]]:
    """The request fields of every endpoint."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "lab" / "contract").glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, about in (content.get("endpoints") or {}).items():
            found[name] = sorted((about.get("request") or {}).get("properties") or {})
    return found


def used_by(root: Path, endpoints: t.Collection[str]) -> dict[str, list[str]]:
    """The plugin files that name an endpoint. The client's list of reads is knowledge, not use."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "plugins").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = {id(text) for node in ast.walk(tree) if isinstance(node, ast.Set) for text in ast.walk(node)}
        for node in ast.walk(tree):
            value = node.value if isinstance(node, ast.Constant) and id(node) not in known else None
            if isinstance(value, str) and value in endpoints:
                name = path.stem.lstrip("_")
                if name not in found.setdefault(value, []):
                    found[value].append(name)
    return found


def matching(patterns: t.Mapping[str, str], name: str) -> str | None:
    """The reason that the first fitting pattern gives."""
    return next((reason for pattern, reason in patterns.items() if fnmatchcase(name, pattern)), None)


def table(root: Path) -> str:
    """The page."""
    endpoints, reasons = contract(root), Reasons.load(root)
    used = used_by(root, endpoints)
    lines = [HEAD, f"{len(used)} of {len(endpoints)} endpoints are used.", "", "## Used", ""]
    lines += ["| endpoint | named in | fields left alone |", "|---|---|---|"]
    for name in sorted(used):
        left: dict[str, list[str]] = {}
        for field in endpoints[name]:
            reason = matching(reasons.unsent, f"{name}.{field}")
            if reason:
                left.setdefault(reason, []).append(f"`{field}`")
        said = "; ".join(f"{', '.join(fields)}: {reason.rstrip('.')}" for reason, fields in left.items())
        lines.append(f"| `{name}` | {', '.join(used[name])} | {said} |")
    lines += ["", "## Left alone", "", "| why | endpoints |", "|---|---|"]
    unused: dict[str, list[str]] = {}
    for name in sorted(set(endpoints) - set(used)):
        unused.setdefault(matching(reasons.unused, name) or "**no reason given**", []).append(f"`{name}`")
    lines += [f"| {reason} | {', '.join(names)} |" for reason, names in unused.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    root = Path(sys.argv[1])
    page = table(root)
    if "--write" in sys.argv:
        (root / PAGE).write_text(page, encoding="utf-8")
    elif page != (root / PAGE).read_text(encoding="utf-8"):
        print(f"{PAGE} is out of date; run `make api-coverage`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
