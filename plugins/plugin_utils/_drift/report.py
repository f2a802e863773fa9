# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drift report: a document that says what was not as declared, and what became of it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.findings import (
    PLATFORM,
    Findings,
    Json,
    Look,
    Thing,
    look,
    source_of,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.history import FORMAT, History, read_history
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.words import iso, moment

STATES = ("in sync", "drifted", "repaired", "failed")


@dataclass(frozen=True)
class Results:
    """What modules returned: a look, and another one after the repair or the repair itself; each may be None."""

    state: t.Any = None
    after: t.Any = None
    releases: t.Any = None
    releases_after: t.Any = None


def make_report(results: Results, namespaces: t.Mapping[str, str], night: t.Mapping[str, str], previous: t.Any) -> Json:
    """The document.

    :param namespaces: tenants by the namespaces that are theirs
    :param night: site, server, mode, started and finished
    :param previous: documents of earlier nights
    :raises Malformed: if something is not the result that it should be
    :raises ValueError: if a time is none
    """
    started, finished = moment(night["started"]), moment(night["finished"])
    history = read_history(previous, night["site"], started)
    before = look(results.state, results.releases, namespaces)
    after = look(results.after, results.releases_after, namespaces)
    owners = sorted({*before, *after} - {PLATFORM})
    tenants = [{"tenant": name, **_part(name, before, after, history)} for name in owners]
    platform = _part(PLATFORM, before, after, history)
    del platform["company"]
    counts = _counts(tenants, platform)
    return {
        "format": FORMAT,
        "site": night["site"],
        "server": night["server"],
        "started": iso(started),
        "finished": iso(finished),
        "mode": night["mode"],
        "quiet": platform["state"] == "in sync" and counts["in_sync"] == counts["tenants"],
        "platform": platform,
        "tenants": tenants,
        "counts": counts,
        "previous": history.trend(),
        "notes": history.notes,
    }


def _part(owner: str, first: Look, last: Look, history: History) -> Json:
    """The report of a tenant, or of the platform."""
    before, after = first.get(owner) or Findings(), last.get(owner) or Findings()
    things = {**after.things, **before.things}
    items = [_item(things[key], after, since=iso(history.since(owner, key))) for key in sorted(things)]
    errors = _errors(before, after)
    return {
        "company": after.company or before.company,
        "state": _state(errors, items),
        "errors": errors,
        "unmentioned": _strangers(before, after),
        "items": items,
    }


def _item(thing: Thing, after: Findings, since: str) -> Json:
    repaired = _is_repaired(thing, after)
    return {
        "kind": thing.kind,
        "name": thing.name,
        "namespace": thing.namespace,
        "action": thing.action,
        "fields": thing.fields,
        "error": "" if repaired else after.things.get(thing.key, thing).error,
        "repaired": repaired,
        "since": since,
    }


def _is_repaired(thing: Thing, after: Findings) -> bool:
    """Whether a thing stands as declared after the repair: it was seen to, or is not seen any more by a whole look."""
    then = after.things.get(thing.key)
    if then is not None:
        return not then.left and not then.error
    return thing.key in after.fine or (thing.source in after.seen and thing.source not in after.broken)


def _errors(before: Findings, after: Findings) -> list[str]:
    """Those of the last look: what failed only before the repair is over."""
    over = after.seen - after.broken
    earlier = before.errors if not before.broken <= over else []
    return list(dict.fromkeys([*earlier, *after.errors]))


def _strangers(before: Findings, after: Findings) -> list[Json]:
    """What no file mentions; the last look counts."""
    old = [row for row in before.unmentioned if source_of(row) not in after.seen]
    return sorted([*old, *after.unmentioned], key=lambda row: (row["kind"], row["name"]))


def _state(errors: list[str], items: list[Json]) -> str:
    if errors or any(item["error"] for item in items):
        return "failed"
    if not items:
        return "in sync"
    return "repaired" if all(item["repaired"] for item in items) else "drifted"


def _counts(tenants: list[Json], platform: Json) -> dict[str, int]:
    states = [one["state"] for one in tenants]
    return {
        "tenants": len(tenants),
        **{state.replace(" ", "_"): states.count(state) for state in STATES},
        "items": sum(len(one["items"]) for one in (platform, *tenants)),
        "unmentioned": sum(len(one["unmentioned"]) for one in (platform, *tenants)),
    }
