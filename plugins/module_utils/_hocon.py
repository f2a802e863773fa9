# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""HOCON, in which ClearML's configuration is written. Only pyhocon reads it, and not everybody has it."""

from __future__ import annotations

import json
import re
import typing as t

#: pyhocon reads the files and URLs that a text includes while it parses it. It is somebody else's text.
INCLUDE = re.compile(r"\binclude\b", re.IGNORECASE)


def read_file(path: str) -> t.Any:
    """The settings of a file, with all its substitutions resolved; None if it is no map.

    :raises ImportError: if pyhocon is not installed
    :raises ValueError: if it is no HOCON; without the parser's words, which quote the text
    """
    import pyhocon

    try:
        tree = pyhocon.ConfigFactory.parse_file(path)
    except Exception as error:
        raise ValueError(type(error).__name__) from None
    return tree.as_plain_ordered_dict() if isinstance(tree, pyhocon.ConfigTree) else None


def read_text(text: str) -> tuple[t.Any, bool]:
    """What a text says, and whether that is all: what it refers to has a meaning only where it is used.

    Values that refer to others are null in it, and of a text that may include others nothing is read.

    :raises ImportError: if pyhocon is not installed
    :raises ValueError: if it is no HOCON, with the place as far as the parser tells it
    """
    import pyhocon
    from pyhocon.config_tree import ConfigSubstitution, ConfigValues, NoneValue

    if INCLUDE.search(text):
        return None, False
    try:
        tree = pyhocon.ConfigFactory.parse_string(text, resolve=False)
    except Exception as error:
        line = getattr(error, "lineno", None)
        raise ValueError(f" (line {line})" if line else "") from None
    references: list[t.Any] = []

    def plain(value: t.Any) -> t.Any:
        if isinstance(value, pyhocon.ConfigTree):
            return {key.strip('"'): plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        if isinstance(value, (ConfigValues, ConfigSubstitution)):
            references.append(value)
            return None
        return None if isinstance(value, NoneValue) else value

    # Order says nothing, and a duration is a text.
    return json.loads(json.dumps(plain(tree), default=str)), not references
