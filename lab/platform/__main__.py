# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m lab.platform``."""

from __future__ import annotations

import sys

from lab.platform.cli import main

sys.exit(main())
