# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A drift report as a page that needs nothing but itself."""

from __future__ import annotations

import base64
import functools
import hashlib
import typing as t
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift import words
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.differences import Side, compare
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import Json
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.trend import make_trend, shares

#: The states that are told at length, the worst first.
TOLD = ("failed", "drifted", "repaired")
#: With more tenants to tell of than that, each of them is folded.
UNFOLDED = 12


@dataclass(frozen=True)
class Field:
    """What differs of an item."""

    name: str
    before: Side
    after: Side


def make_page(report: Json) -> str:
    """The page."""
    return str(_template().render(_Page(report).parts()))


@functools.cache
def _template() -> t.Any:
    """The template: every text is escaped unless it says otherwise, and an unknown name is an error."""
    import jinja2

    here = Path(__file__).parent
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FileSystemLoader(here),
    )
    environment.filters.update(visible=lambda text: words.visible(str(text)), number=words.number)
    style, script = (_without_head((here / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment.globals.update(style=style, script=script, script_digest=digest)
    return environment.get_template("page.html.j2")


def _without_head(text: str) -> str:
    """A file without the comment that names its licence."""
    return text.split("*/\n", 1)[1].strip()


class _Page:
    """What the template is given."""

    def __init__(self, report: Json) -> None:
        self._report = report
        self._started = words.moment(report["started"])
        self._finished = words.moment(report["finished"])

    def parts(self) -> Json:
        report = self._report
        told = {state: [one for one in report["tenants"] if one["state"] == state] for state in TOLD}
        return {
            "report": report,
            "platform": self._told(report["platform"]),
            "told": {state: [self._told(one) for one in some] for state, some in told.items()},
            "unfolded": sum(map(len, told.values())) <= UNFOLDED,
            "in_sync": [one for one in report["tenants"] if one["state"] == "in sync"],
            "strangers": [one for one in self._owners() if one.get("unmentioned")],
            "summary": words.summary(report),
            "worst": next((state for state in TOLD if self._any(state)), "in-sync"),
            "started": words.clock(self._started),
            "finished": words.clock(self._finished),
            "took": words.length(self._finished - self._started),
            "shares": shares(report["counts"]),
            "trend": make_trend(report),
            "items": self._items,
            "age": self._age,
            "since": lambda item: words.clock(words.moment(item["since"])),
        }

    def _owners(self) -> list[Json]:
        return [{"tenant": "", "company": "", **self._report["platform"]}, *self._report["tenants"]]

    def _any(self, state: str) -> bool:
        return any(one["state"] == state for one in self._owners())

    def _told(self, owner: Json) -> Json:
        """A tenant with what its summary says; errors that an item tells of are not told twice."""
        items = owner["items"]
        errors = [text for text in owner["errors"] if not any(one["error"] and one["error"] in text for one in items)]
        oldest = min((words.moment(item["since"]) for item in items), default=None)
        return {**owner, "errors": errors, "age": self._for(oldest) if oldest else ""}

    def _for(self, since: datetime) -> str:
        return words.age(since, self._started)

    def _age(self, item: Json) -> str:
        return self._for(words.moment(item["since"]))

    @staticmethod
    def _items(owner: Json) -> t.Iterator[tuple[Json, str, list[Field], tuple[bool, bool]]]:
        """The items, each with its action in words, its differences, and which sides of them there are."""
        for item in owner["items"]:
            fields = [Field(one["field"], *compare(one["before"], one["after"])) for one in item["fields"]]
            sides = (
                any(one["before"] is not None for one in item["fields"]),
                any(one["after"] is not None for one in item["fields"]),
            )
            yield item, words.action(item), fields, sides
