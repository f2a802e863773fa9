# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML as ClearML reads it, and as Kubernetes and helm do."""

from __future__ import annotations

import typing as t

#: What YAML 1.1 makes of texts, and they do not: a date, and a lone equals sign.
NOT_THEIRS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")


def read_text(text: str) -> t.Any:
    """What a text of one document says.

    :raises ValueError: if it is no YAML, with the place as far as the parser tells it; it never quotes the text
    """
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f" (line {mark.line + 1}, column {mark.column + 1})" if mark else "") from None


def documents_in(text: str | bytes) -> list[t.Any]:
    """All documents, without empty ones.

    :raises ValueError: if it is no YAML
    """
    import yaml

    class Loader(yaml.SafeLoader):
        """The safe one, with fewer guesses."""

    Loader.yaml_implicit_resolvers = {
        letter: [one for one in resolvers if one[0] not in NOT_THEIRS]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        return [document for document in yaml.load_all(text, Loader) if document]
    except yaml.YAMLError as error:
        raise ValueError(f"{type(error).__name__}") from None
