# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in the folder of a running cluster."""

from __future__ import annotations

INFO_FILE = "kube.json"
"""Where a running cluster answers; it appears when the cluster is ready."""

KUBECONFIG = "kubeconfig"
"""What clients need."""
