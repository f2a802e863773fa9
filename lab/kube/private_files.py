# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that hold secrets: made for their owner only, and never seen half written."""

from __future__ import annotations

import os
from pathlib import Path

START_FILE = "start.json"
"""The options of a cluster that is about to start; the server removes it once read."""

INFO_FILE = "kube.json"
"""Where a running cluster answers; it appears when the cluster is ready."""

KUBECONFIG = "kubeconfig"
"""What clients need."""


def write_private(path: Path, text: str) -> None:
    """Write a file with mode 0600 and put it in place at once."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
