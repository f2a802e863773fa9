# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON around every reply, in the recorded order and notation."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

_ESCAPE = re.compile(r"\\\\|\\u([0-9a-f]{4})")


def dumps(document: Any) -> bytes:
    r"""Compact JSON in ASCII; the real server writes \uXXXX escapes with upper-case digits."""
    text = json.dumps(document, separators=(",", ":"))
    if "\\u" in text:
        text = _ESCAPE.sub(lambda match: match[0] if match[1] is None else f"\\u{match[1].upper()}", text)
    return text.encode("ascii")


def envelope(
    *,
    name: str,
    requested: str | float,
    actual: str | None,
    trx: str | None,
    code: int = 200,
    subcode: int = 0,
    message: str = "OK",
    stack: str | None = "",
    data: Any = None,
) -> bytes:
    """One reply; ``trx`` is the caller's own transaction id, echoed if there is one."""
    call_id = uuid.uuid4().hex
    return dumps(
        {
            "meta": {
                "id": call_id,
                "trx": trx or call_id,
                "endpoint": {"name": name, "requested_version": requested, "actual_version": actual},
                "result_code": code,
                "result_subcode": subcode,
                "result_msg": message,
                "error_stack": stack,
                "error_data": {},
            },
            "data": {} if data is None else data,
        }
    )
