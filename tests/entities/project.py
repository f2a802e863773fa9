# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects."""

from __future__ import annotations

import typing as t

from tests.entities.sample import ODD_NAMES, Sample


def tags(given: t.Any) -> list[str]:
    """A set of texts; null is the empty one."""
    return sorted(set(given or []))


def text(given: t.Any) -> t.Any:
    """An empty text is none."""
    return given or None


SAMPLE = Sample(
    module="project",
    key="name",
    first={
        "name": "research/vision",
        "description": "All that sees",
        "tags": ["b", "a"],
        "system_tags": ["s"],
        "default_output_destination": "s3://models/vision",
    },
    changes={
        "description": ('It\'s "seeing"\n& more', "", "again", None),
        "tags": (["x", "x", "y"], [], ["z"], None),
        "system_tags": (["hidden"], None),
        "default_output_destination": ("s3://other", None),
    },
    shows={"description": text, "tags": tags, "system_tags": tags, "default_output_destination": text},
    steering={
        "force": "test_project.py::test_contents_need_force",
        "delete_contents": "test_project.py::test_contents_need_force",
    },
    names=(*ODD_NAMES, "research/^a.*$/b", "Research/Vision"),
    renamed="research/sight",
    everybody=True,
    table="projects",
)
