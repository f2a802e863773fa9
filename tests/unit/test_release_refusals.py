# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the way of an upgrade."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.clearml.enterprise.plugins.filter.release_refusals import release_refusals

ROOT = Path(__file__).resolve().parents[2]
MIGRATED = {"mckMongodb": {"enabled": True, "migrated": True}, "mongodb": {"enabled": False}}


def steps(confirmed: bool = False, role: str = "clearml_server") -> list[dict[str, t.Any]]:
    """Those of a role, with what it would say."""
    table = yaml.safe_load((ROOT / "roles" / role / "vars" / "main.yml").read_text(encoding="utf-8"))[f"_{role}_steps"]
    return [{**step, **({"done": confirmed} if "done" in step else {})} for step in table]


def plan(
    version: str, before: dict[str, t.Any] | None = None, wanted: dict[str, t.Any] | None = None
) -> dict[str, t.Any]:
    """As the module tells it: a value that differs at the top."""
    differences = [
        {"kind": "values", "path": key, "before": value, "after": (wanted or {}).get(key)}
        for key, value in (before or {}).items()
    ]
    release = {"name": "clearml-enterprise", "namespace": "clearml", "version": version} if version else {}
    return {"release": release, "differences": [{"kind": "version", "path": "version"}, *differences]}


FAR, BY_HAND = "before it was at version 10.11.7", "before something was done by hand"
OWNER = "65532"


@pytest.mark.parametrize(
    ("installed", "wanted", "before", "parts"),
    [
        ("", "11.0.2", {}, []),
        ("10.9.0", "", {}, []),
        ("10.9.0", "10.9.0", {}, []),
        ("10.9.0", "10.11.6", {}, []),
        ("10.9.0", "10.11.7", {}, []),
        ("10.11.6", "10.11.7", {}, []),
        ("10.9.0", "10.11.8", {}, [FAR]),
        ("10.11.6", "10.12.0", MIGRATED, [FAR]),
        ("9.1.0", "11.0.0", {}, [FAR, OWNER]),
        ("8.2.1", "11.0.2", MIGRATED, [FAR, OWNER]),
        ("10.11.7", "10.11.8", {}, [BY_HAND]),
        ("10.11.7", "10.11.8", MIGRATED, []),
        ("10.11.7", "10.11.8", {"mongodb": {"enabled": False}}, []),
        ("10.11.7", "10.11.8", {"mckMongodb": {"enabled": True, "migrated": False}}, [BY_HAND]),
        ("10.11.7", "11.0.0", {}, [BY_HAND, OWNER]),
        ("10.11.7", "11.0.0", MIGRATED, [OWNER]),
        ("10.11.8", "10.13.0", {}, []),
        ("10.13.0", "11.0.0", {}, [OWNER]),
        ("10.13.0", "11.0.0-rc1", {}, [OWNER]),
        ("10.13.0", "11.0.2", {"fileserver": {"enabled": False}}, []),
        ("11.0.0", "11.0.2", {}, []),
        ("11.0.2", "10.11.6", {}, []),
    ],
)
def test_no_step_is_left_out(installed: str, wanted: str, before: dict[str, t.Any], parts: list[str]) -> None:
    """Every pair of versions on either side of a step."""
    found = release_refusals(plan(installed, before), wanted, {}, steps=steps())
    assert len(found) == len(parts), found
    for text, part in zip(found, parts, strict=True):
        assert part in text
        assert text.startswith(
            f"The release clearml-enterprise in namespace clearml cannot go from version {installed}"
        )


@pytest.mark.parametrize(
    ("installed", "wanted", "refused"),
    [
        ("6.12.2", "6.12.3", True),
        ("5.9.2", "6.14.6", True),
        ("6.12.3", "6.14.6", False),
        ("6.9.0", "6.12.2", False),
        ("", "6.14.6", False),
    ],
)
def test_no_agent_starts_as_another_user_unasked(installed: str, wanted: str, refused: bool) -> None:
    assert bool(release_refusals(plan(installed), wanted, {}, steps=steps(role="agent"))) is refused
    assert release_refusals(plan(installed), wanted, {}, steps=steps(True, role="agent")) == []


def test_what_was_done_by_hand_is_said() -> None:
    assert release_refusals(plan("10.11.7", MIGRATED), "11.0.2", {}, steps=steps(confirmed=True)) == []
    assert release_refusals(plan("10.11.6", MIGRATED), "11.0.2", {}, steps=steps(confirmed=True)) != []


def test_where_nothing_differs_the_installed_value_is_the_wanted_one() -> None:
    assert release_refusals(plan("10.11.7"), "10.12.0", MIGRATED, steps=steps()) == []


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"a": {"b": True}}, {"a": {"b": False}}, "from True to False"),
        ({"a": None}, {"a": {"b": True}}, "from False to True"),
        ({"a": {"b": True}}, {}, "from True to False"),
        ({"a": None}, {"a": {"b": False}}, ""),
        ({"c": 1}, {"c": 2}, ""),
    ],
)
def test_what_must_not_change(before: dict[str, t.Any], after: dict[str, t.Any], change: str) -> None:
    fixed = [{"path": "a.b", "default": False, "why": "It would be lost"}]
    found = release_refusals(plan("1", before, after), "1", after, fixed)
    wanted = f"a.b of the release clearml-enterprise in namespace clearml would change {change}. It would be lost."
    assert found == ([wanted] if change else [])
