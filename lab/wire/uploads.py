# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that come as a form."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP


def files_in(raw: bytes, content_type: str) -> dict[str, bytes]:
    """The files of a multipart form, by name; a later one of the same name takes the place of the earlier."""
    if not content_type.startswith("multipart/form-data"):
        return {}
    form = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw)
    found = {}
    for part in form.iter_parts():
        name, content = part.get_filename(), part.get_payload(decode=True)
        if name and isinstance(content, bytes):
            found[name] = content
    return found
