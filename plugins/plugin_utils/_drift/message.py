# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A drift report as a short message for a chat."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift import words
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import Json

#: How many tenants of a state are told of, how many things of each, and how much of a value.
TENANTS = {"failed": 12, "drifted": 14}
THINGS, NAMES, VALUE, ERROR = 2, 12, 60, 200
MARKUP = re.compile(r"([\\`*_\[\]~|])")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"}


def make_message(report: Json) -> str:
    """The message, at most about 40 lines of it; one line if the night was quiet."""
    when = words.clock(words.moment(report["started"]))
    sentence = words.summary(report)
    head = f"**Drift of {escaped(report['site'])}** ({when}): {sentence[0].lower()}{sentence[1:]}"
    if report["quiet"]:
        return head
    tenants = {state: [one for one in report["tenants"] if one["state"] == state] for state in (*TENANTS, "repaired")}
    platform = report["platform"]
    lines = [head]
    if platform["state"] != "in sync":
        lines += ["", f"**Platform {platform['state']}**", _line("platform", platform, report)]
    for state, most in TENANTS.items():
        if tenants[state]:
            lines += ["", f"**{state.capitalize()}**"]
            lines += [_line(one["tenant"], one, report) for one in tenants[state][:most]]
            lines += _rest(len(tenants[state]) - most, "tenant")
    if tenants["repaired"]:
        names = [f"**{escaped(one['tenant'])}**" for one in tenants["repaired"]]
        lines += ["", f"**Repaired**: {', '.join([*names[:NAMES], *_more(len(names) - NAMES)])}"]
    return "\n".join(lines)


def escaped(text: t.Any, most: int = VALUE) -> str:
    """A text without a meaning in Markdown: no markup, no HTML, nobody who is mentioned, one line, not too long."""
    one_line = " ".join(words.visible(str(text)).split())
    one_line = one_line if len(one_line) <= most else f"{one_line[: most - 1]}…"
    return "".join(ENTITIES.get(letter, letter) for letter in MARKUP.sub(r"\\\1", one_line))


def _line(name: str, owner: Json, report: Json) -> str:
    """A tenant with its first errors, or else its first differences."""
    told = [escaped(text, ERROR) for text in owner["errors"]] or [_thing(item, report) for item in owner["items"]]
    return f"- **{escaped(name)}**: {'; '.join([*told[:THINGS], *_more(len(told) - THINGS)])}"


def _thing(item: Json, report: Json) -> str:
    where = f" in {escaped(item['namespace'])}" if item["namespace"] else ""
    since = words.age(words.moment(item["since"]), words.moment(report["started"]))
    head = f"{escaped(item['kind'])} {escaped(item['name'])}{where} {escaped(words.action(item))} ({since})"
    if item["error"]:
        return f"{head} {escaped(item['error'], ERROR)}"
    if item["action"] in ("create", "delete", "install") or not item["fields"]:
        return head
    first, *others = item["fields"]
    values = " → ".join(escaped(_value(first[side])) for side in ("before", "after"))
    return ", ".join([f"{head}: {escaped(first['field'])} {values}", *_more(len(others))])


def _value(value: t.Any) -> str:
    """A value on one line."""
    if value is None:
        return "not set"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _more(count: int) -> list[str]:
    return [f"and {count} more"] if count > 0 else []


def _rest(count: int, what: str) -> list[str]:
    return [f"- and {words.number(count, f'more {what}')}"] if count > 0 else []
