# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all modules of this collection have in common in their behaviour."""

from __future__ import annotations


class ModuleDocFragment:
    """Standard attributes."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Predicts the changes without making them; the client refuses to send a write.
    support: full
  diff_mode:
    description: Shows what differs, before and after.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: The module only reads, so it does the same in check mode.
    support: full
  diff_mode:
    description: The module changes nothing that could be shown.
    support: none
  idempotent:
    description: The module changes nothing.
    support: full
"""
