# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say in which company a module works, and as which of its users."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the modules whose objects live in a company."""

    DOCUMENTATION = r"""
options:
  company:
    description:
      - Name or ID of the company (tenant). Without it the company that the key belongs to.
      - Another company than the key's own needs a key with role V(system) or V(root).
      - In check mode a company that does not exist yet is taken as one that an earlier task would create;
        RV(assumes) says so.
    type: str
"""

    ACTING = r"""
options:
  acting_user:
    description:
      - E-mail address or ID of the user of O(company) as whom to act.
      - By default the company's automation admin, which is the one whose address ends in C(.invalid), else its
        oldest admin, with a warning that names the person.
    type: str
"""
