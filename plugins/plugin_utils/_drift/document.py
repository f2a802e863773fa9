# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents as Ansible hands them over."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import Json, Malformed
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.history import FORMAT

PARTS = ("site", "started", "finished", "mode", "platform", "tenants", "counts", "previous", "quiet", "notes")


def plain(value: t.Any) -> t.Any:
    """The value in the types of JSON; Ansible has its own for texts, and for lists that come from templates."""
    if value is None or type(value) in (str, bool, int, float):
        return value
    if isinstance(value, t.Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    # Their own texts would stay what they are with str().
    return json.loads(json.dumps(value, default=str))


def read_report(value: t.Any) -> Json:
    """A report, to be shown.

    :raises Malformed: if it is none
    """
    if not isinstance(value, t.Mapping) or value.get("format") != FORMAT or any(key not in value for key in PARTS):
        raise Malformed(f"the input is no drift report of format {FORMAT}; give what drift_report returned")
    return dict(plain(value))
