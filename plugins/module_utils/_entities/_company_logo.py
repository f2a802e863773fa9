# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logo of a company: an image file, or the address of an image."""

from __future__ import annotations

import base64
import re
import typing as t
from pathlib import Path

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput

URL = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)
#: How the images begin that a browser shows; an SVG is known by its element.
IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
SVG = re.compile(rb"\s*(<\?xml.*?\?>\s*)?(<!--.*?-->\s*|<!DOCTYPE.*?>\s*)*<svg\b", re.DOTALL | re.IGNORECASE)
#: What the API takes, in characters of base64: "100 Kb", in the narrower sense.
LIMIT = 100_000


def load(logo: str) -> dict[str, str]:
    """The logo as the API takes it, with where it came from.

    :raises InvalidInput: if it is no image, or too large
    """
    if "://" in logo:
        if not URL.fullmatch(logo):
            raise InvalidInput(f"logo is {logo!r}; give an http or https address, or the path of an image")
        return {"from": logo, "data": logo, "format": "url"}
    try:
        image = Path(logo).expanduser().read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no path"
        raise InvalidInput(f"The file {logo!r} of logo cannot be read ({reason})") from None
    if not image.startswith(IMAGES) and not SVG.match(image.removeprefix(b"\xef\xbb\xbf")):
        raise InvalidInput(f"The file {logo!r} of logo is no PNG, JPEG or SVG image")
    data = base64.b64encode(image).decode("ascii")
    if len(data) > LIMIT:
        raise InvalidInput(
            f"The file {logo!r} of logo has {len(image)} bytes, and the API takes {LIMIT // 4 * 3}; make it smaller"
        )
    return {"from": logo, "data": data, "format": "base64"}


def label(value: t.Any) -> t.Any:
    """Where a logo came from, which is what results show."""
    return value["from"] if isinstance(value, t.Mapping) else value
