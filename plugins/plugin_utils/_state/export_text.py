# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables as the text of a YAML file that Ansible reads as exactly these values."""

from __future__ import annotations

import re
import typing as t

import yaml

from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.export_draft import Placeholder

TEMPLATE = re.compile(r"\{[{%#]")
#: What YAML 1.2, and so an editor, takes for a number or a switch although Ansible does not.
NUMBER_LIKE = re.compile(r"[-+]?\.?\d[\d_.,:eExXoOa-fA-F+-]*|y|n", re.IGNORECASE)
TEXT = "tag:yaml.org,2002:str"


class Dumper(yaml.SafeDumper):
    """Lists are indented, texts are quoted where anybody could take them for something else."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Never without an indent."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: t.Any) -> bool:
        """Everything is written out."""
        return True


def _text(dumper: Dumper, value: str) -> yaml.ScalarNode:
    if TEMPLATE.search(value):
        # What people have written is no template.
        return dumper.represent_scalar("!unsafe", value, style='"')
    if "\n" in value:
        return dumper.represent_scalar(TEXT, value, style="|")
    resolved = dumper.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]
    plain = resolved == TEXT and not NUMBER_LIKE.fullmatch(value)
    return dumper.represent_scalar(TEXT, value, style=None if plain and "'" not in value else '"')


def _placeholder(dumper: Dumper, value: Placeholder) -> yaml.ScalarNode:
    return dumper.represent_scalar(TEXT, str(value), style='"')


Dumper.add_representer(str, _text)
Dumper.add_representer(Placeholder, _placeholder)


def text_of(variables: t.Mapping[str, t.Any]) -> str:
    """The variables, each a paragraph of its own."""
    return "\n".join(
        yaml.dump({name: value}, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10**6)
        for name, value in variables.items()
    )
