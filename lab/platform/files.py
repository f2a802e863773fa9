# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in the folder of a running platform."""

from __future__ import annotations

INFO_FILE = "platform.json"
"""Where its parts answer; it appears when the platform is ready."""
