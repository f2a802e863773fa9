# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every endpoint of the contract is used, or there is a reason why not; the page in docs says the same."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from tests.tools.api_coverage import PAGE, Reasons, contract, matching, table, used_by

ROOT = Path(__file__).resolve().parents[2]
ENDPOINTS = contract(ROOT)
USED = used_by(ROOT, ENDPOINTS)
REASONS = Reasons.load(ROOT)


def test_every_endpoint_is_used_or_has_a_reason() -> None:
    unexplained = {name for name in ENDPOINTS.keys() - USED.keys() if not matching(REASONS.unused, name)}
    assert not unexplained, "used by no plugin, and docs/api-coverage.yml does not say why"


def test_no_reason_is_out_of_date() -> None:
    """An endpoint that is used needs no reason, and a reason is about something that there is."""
    assert not {name: matching(REASONS.unused, name) for name in USED if matching(REASONS.unused, name)}
    fields = {f"{name}.{field}" for name in USED for field in ENDPOINTS[name]}
    for pattern in REASONS.unused:
        assert any(fnmatchcase(name, pattern) for name in ENDPOINTS), pattern
    for pattern in REASONS.unsent:
        assert any(fnmatchcase(field, pattern) for field in fields), pattern


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == table(ROOT), "run `make api-coverage`"


def test_no_endpoint_is_misspelt() -> None:
    """A text that looks like an endpoint of a service of the contract is one."""
    assert USED.keys() <= ENDPOINTS.keys()
    assert "queues.create" in USED and "queues.peek_task" not in USED
