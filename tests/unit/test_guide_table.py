# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every step of the installation guide has its place, and what the page says of it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.guide_table import PAGE, Step, is_test, load, table

ROOT = Path(__file__).resolve().parents[2]
STEPS = load(ROOT)


def test_no_step_is_left_out() -> None:
    wanted = [f"A{number}" for number in range(18)] + [f"B{number}" for number in range(1, 27)]
    assert [step.id for step in STEPS] == wanted


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_a_step_is_done_and_shown_or_left_alone(step: Step) -> None:
    """What does it exists, and so do tests of success and of a second run; the guide itself is never left alone."""
    assert step.title and (step.by or step.not_covered)
    assert not [path for path in step.by if not (ROOT / path).exists()]
    assert bool(step.by) == bool(step.proof) == bool(step.done)
    for sight in filter(None, (step.proof, step.done)):
        assert sight.what.endswith(".") and sight.tests
    assert not [test for test in step.tests() if not is_test(ROOT, test)], "no such tests"
    assert step.id.startswith("B") or (step.by and not step.not_covered)


def test_every_role_has_a_step() -> None:
    """But for the one whose Secrets a site makes up for itself."""
    named = {path for step in STEPS for path in step.by}
    assert {f"roles/{path.name}" for path in (ROOT / "roles").iterdir()} - named == {"roles/secrets"}


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == table(ROOT), "run `make guide-table`"


def test_what_is_no_test_is_noticed() -> None:
    here = f"tests/unit/{Path(__file__).name}"
    assert is_test(ROOT, f"{here}::test_no_step_is_left_out")
    for wrong in (here, f"{here}::load", f"{here}::test_none", "tests/unit/test_none.py::test_a"):
        assert not is_test(ROOT, wrong)
