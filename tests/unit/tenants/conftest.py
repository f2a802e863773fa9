# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory to make mistakes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.tenants.inventory import Inventory


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    """An inventory whose files are named as seen from the folder above it."""
    monkeypatch.chdir(tmp_path)
    return Inventory(tmp_path)
