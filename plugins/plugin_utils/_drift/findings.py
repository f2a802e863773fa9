# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look at tenants and releases found, by the tenant it belongs to."""

from __future__ import annotations

import collections
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK, masked

#: Stands for the platform, where there is the name of a tenant otherwise.
PLATFORM = ""
Json = dict[str, t.Any]
#: Kind, namespace and name.
Key = tuple[str, str, str]
#: Which module a result is of, where it has what it found, and as what.
MODULES: dict[str, tuple[str, str, type]] = {
    "state": ("clearml_state", "tenants", dict),
    "releases": ("clearml_release_info", "releases", list),
}
#: States of releases and objects that ask for nothing, and what is done about the others.
FINE = ("in_sync", "unmanaged")
ACTIONS = {
    "absent": "install",
    "drifted": "upgrade",
    "failed": "recover",
    "stuck": "recover",
}


class Malformed(Exception):
    """A value is not the result that it should be; the text says which and what to do."""


@dataclass
class Thing:
    """Something that is not as declared.

    :ivar left: whether there is something to do; a repair lists what it has done, too
    :ivar source: which result told of it
    """

    kind: str
    name: str
    namespace: str
    action: str
    fields: list[Json]
    error: str = ""
    left: bool = True
    source: str = "state"

    @property
    def key(self) -> Key:
        """What it is known by, night after night."""
        return (self.kind, self.namespace, self.name)

    def add(self, other: Thing) -> None:
        """Take over what else has to be done to the same thing."""
        self.fields += other.fields
        self.error = "; ".join(one for one in (self.error, other.error) if one)
        self.left = self.left or other.left


@dataclass
class Findings:
    """What was found of a tenant, or of the platform.

    :ivar fine: what is said to be as declared
    :ivar seen: the results that tell of it
    :ivar broken: the results that could not tell all
    """

    company: str = ""
    things: dict[Key, Thing] = field(default_factory=dict)
    fine: set[Key] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    unmentioned: list[Json] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    def add(self, thing: Thing) -> None:
        """Note something."""
        if thing.key in self.things:
            self.things[thing.key].add(thing)
        else:
            self.things[thing.key] = thing

    def fail(self, source: str, errors: t.Iterable[str]) -> None:
        """Note why something could not be looked at or done."""
        for error in errors:
            self.errors.append(str(error))
            self.broken.add(source)


Look = dict[str, Findings]


def look(state: t.Any, releases: t.Any, namespaces: t.Mapping[str, str]) -> Look:
    """Sort two results by tenants; the platform is always among them.

    :param state: result of clearml_state, or None
    :param releases: result of clearml_release_info, or None
    :param namespaces: tenants by the namespaces that are theirs
    :raises Malformed: if one is no such result
    """
    found: Look = collections.defaultdict(Findings, {PLATFORM: Findings()})
    for name, result, read in (("state", state, _read_state), ("releases", releases, _read_releases)):
        try:
            if _came(found, name, result):
                read(found, result, namespaces)
        except (KeyError, TypeError, AttributeError) as error:
            what = f"{type(error).__name__} {error}".strip()
            raise Malformed(f"{name} is not a whole result of {MODULES[name][0]}: {what}") from None
    return found


def source_of(stranger: Json) -> str:
    """Which result tells of an object that no file mentions."""
    return "releases" if stranger["kind"] == "release" else "state"


def _came(found: Look, name: str, result: t.Any) -> bool:
    """Whether there is a result; one that failed as a whole is an error of the platform."""
    if result is None or (isinstance(result, dict) and result.get("skipped")):
        return False
    module, key, shape = MODULES[name]
    if isinstance(result, dict) and isinstance(result.get(key), shape):
        return True
    if isinstance(result, dict) and result.get("failed"):
        found[PLATFORM].seen.add(name)
        found[PLATFORM].fail(name, [str(result.get("msg") or f"{name} could not be looked at")])
        return False
    raise Malformed(f"{name} is not a result of {module}: it has no {key}; register the task's result and give that")


def _read_state(found: Look, state: Json, _namespaces: t.Mapping[str, str]) -> None:
    found[PLATFORM].seen.add("state")
    for name, tenant in state["tenants"].items():
        _read_tenant(found[name], tenant)


def _read_releases(found: Look, releases: Json, namespaces: t.Mapping[str, str]) -> None:
    errors = releases.get("errors") or ()
    for owner in (PLATFORM, *namespaces.values()):
        found[owner].seen.add("releases")
        # An error may be about any of them.
        found[owner].broken |= {"releases"} if errors else set()
    found[PLATFORM].fail("releases", errors)
    for row in releases["releases"]:
        _read_release(found[namespaces.get(row["namespace"], PLATFORM)], row)
    for row in releases.get("objects") or ():
        home = row["name"] if row["kind"] == "Namespace" else row.get("namespace")
        _read_object(found[namespaces.get(home, PLATFORM)], row)


def _read_tenant(found: Findings, tenant: Json) -> None:
    found.company = str(tenant.get("company") or "")
    found.seen.add("state")
    found.fail("state", tenant.get("errors") or ())
    found.unmentioned += [_stranger(row["kind"], row["name"], row.get("removed")) for row in tenant["unmentioned"]]
    for row in tenant["objects"]:
        fields = [_field(one["field"], one) for one in row["fields"]]
        left = row.get("status") != "done"
        found.add(Thing(row["kind"], str(row["name"]), "", row["action"], fields, row.get("error") or "", left))


def _read_release(found: Findings, row: Json) -> None:
    if row["state"] == "unmanaged":
        found.unmentioned.append(_stranger("release", f"{row['namespace']}/{row['name']}", False))
    if row["state"] in FINE:
        found.fine.add(("release", str(row["namespace"]), str(row["name"])))
        return
    fields = [_field(_place(one), one) for one in row.get("differences") or ()]
    action = ACTIONS.get(row["state"], "upgrade")
    found.add(Thing("release", str(row["name"]), str(row["namespace"]), action, fields, source="releases"))


def _read_object(found: Findings, row: Json) -> None:
    namespace = str(row.get("namespace") or "")
    if row["state"] in FINE:
        found.fine.add((row["kind"], namespace, str(row["name"])))
        return
    fields = [_field(one["path"], one) for one in row.get("differences") or ()]
    action = "create" if row["state"] == "absent" else "update"
    found.add(Thing(row["kind"], str(row["name"]), namespace, action, fields, source="releases"))


def _place(difference: Json) -> str:
    """Where a release differs: a path says it, or what it is that differs."""
    what, path = difference.get("what") or difference.get("kind") or "", difference.get("path") or ""
    return path if what == "values" and path else what if path in ("", what) else f"{what} {path}"


def _stranger(kind: str, name: t.Any, removed: t.Any) -> Json:
    return {"kind": kind, "name": str(name), "removed": bool(removed)}


def _field(name: str, row: Json) -> Json:
    return {"field": str(name), **{side: _safe(name, row.get(side)) for side in ("before", "after")}}


def _safe(name: str, value: t.Any) -> t.Any:
    """The value, masked where its name says that it is a secret. Results are masked already; reports travel far."""
    if isinstance(value, str) and value.startswith(MASK):
        return value
    last = str(name).replace(" ", ".").rsplit(".", maxsplit=1)[-1]
    return masked({last: value})[last]
