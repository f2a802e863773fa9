# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""clearml_release_info against a loop of kubernetes.core.helm."""

from __future__ import annotations

import argparse

from tests.benchmarks.measure import Table


def measure(options: argparse.Namespace) -> list[Table]:
    """All tables about Kubernetes."""
    return []
