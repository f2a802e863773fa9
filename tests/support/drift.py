# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights to report on: results of the modules as they return them, and reports made of them."""

from __future__ import annotations

import typing as t

from ansible_collections.clearml.enterprise.plugins.filter.drift_report import drift_report

Json = dict[str, t.Any]
NAMESPACES = {"clearml-acme": "acme", "clearml-globex": "globex"}
HOSTILE = (
    "<script>document.body.dataset.run = 1</script>",
    '"><img src=x onerror="document.body.dataset.run=1">\'',
    "{{ 7 * 7 }} {% raw %} ${x}",
    "\u202egnp.exe \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "\U0001f469\u200d\U0001f680 \u00fcml\u00e4ut &amp; <b>",
    "*bold* [link](https://evil.example) @channel <!here> `tick` | # ~",
    "x" * 300,
    "\x00\x1b[31m\x9b\ud800 tab\tend ",
    "javascript:alert(1)",
    "</style></title></details></table><h1>",
)


def field(name: str, before: t.Any, after: t.Any) -> Json:
    """A field that differs."""
    return {"field": name, "before": before, "after": after}


def thing(kind: str, name: str, action: str, *fields: Json, status: str = "planned", error: str = "") -> Json:
    """An object that is not as declared."""
    calls = [f"{kind}s.{action}"]
    return {
        "kind": kind, "name": name, "action": action, "status": status, "fields": list(fields), "calls": calls,
        "error": error,
    }  # fmt: skip


def tenant(company: str, *objects: Json, errors: t.Sequence[str] = (), strangers: t.Sequence[Json] = ()) -> Json:
    """A tenant in the result of clearml_state."""
    return {
        "company": company,
        "changed": bool(objects),
        "failed": bool(errors),
        "errors": list(errors),
        "objects": list(objects),
        "unmentioned": list(strangers),
        "counts": {},
    }


def state(**tenants: Json) -> Json:
    """The result of clearml_state."""
    return {"changed": False, "tenants": tenants, "counts": {}, "requests": {"reads": 1, "writes": 0}}


def done(result: Json) -> Json:
    """The same as its repair returns it: all done."""
    tenants = {
        name: {**one, "objects": [{**row, "status": "done"} for row in one["objects"]]}
        for name, one in result["tenants"].items()
    }
    return {**result, "tenants": tenants}


def stranger(kind: str, name: str, removed: bool = False) -> Json:
    """An object that no file mentions."""
    return {"kind": kind, "name": name, "id": "0123", "removed": removed}


def release(name: str, namespace: str, found: str, *differences: Json) -> Json:
    """A release in the result of clearml_release_info."""
    return {
        "name": name,
        "namespace": namespace,
        "chart": name,
        "state": found,
        "reasons": [],
        "differences": list(differences),
        "values": {"apiserver": {"replicaCount": 1}},
    }


def releases(*rows: Json, objects: t.Sequence[Json] = ()) -> Json:
    """The result of clearml_release_info."""
    return {"releases": list(rows), "objects": list(objects), "counts": {}, "requests": 1}


def report(night: int = 23, previous: t.Sequence[t.Any] = (), **given: t.Any) -> Json:
    """The report of a night in November."""
    results = {name: given.pop(name) for name in ("state", "after", "releases", "releases_after") if name in given}
    options = {
        "namespaces": NAMESPACES,
        "site": "prod",
        "server": "https://api.clearml.example",
        "started": f"2026-11-{night:02}T01:00:00Z",
        "finished": f"2026-11-{night:02}T01:04:10Z",
        "previous": list(previous),
        **given,
    }
    return t.cast("Json", drift_report(results, **options))


def two_tenants() -> Json:
    """A platform with two tenants, one of which drifted."""
    acme = tenant(
        "Acme Inc",
        thing("queue", "gpu-a100", "update", field("tags", ["gpu", "a100"], ["gpu", "a100", "reserved"])),
        thing("user", "ann@acme.example", "update", field("role", "user", "admin")),
        thing("group", "vision", "create", field("users", None, ["ann@acme.example", "bob@acme.example"])),
        strangers=[stranger("queue", "old")],
    )
    first = report(21, state=state(acme=acme, globex=tenant("Globex")), releases=releases())
    second = report(22, [first], state=state(acme=acme, globex=tenant("Globex")), releases=releases())
    return report(23, [first, second], state=state(acme=acme, globex=tenant("Globex")), releases=releases())


def manifest(lines: int, memory: str) -> Json:
    """Long values, a little of which differs."""
    settings = {f"setting_{number:02}": f"value {number}" for number in range(lines)}
    return {"replicas": 2, "resources": {"limits": {"cpu": "4", "memory": memory}}, "extra": settings}


def drifted_night(number: int, tenants: int, previous: t.Sequence[Json], wrong: bool = True) -> Json:
    """A night of a large site; after it, most of the drift is repaired."""
    people: dict[str, Json] = {f"tenant-{place:03}": tenant(f"Tenant number {place}") for place in range(tenants)}
    kept = {**people}
    for place in range(number % 5 if wrong else 0):
        name = f"tenant-{(place * 37 + number) % tenants:03}"
        people[name] = tenant(
            f"Tenant of {name}",
            thing("queue", "default", "update", field("display_name", "Default", "Default queue")),
            thing("user", "kim@example.com", "delete", field("name", "Kim", None)),
        )
        kept[name] = people[name]
    people["acme"] = tenant(
        "Acme Inc",
        thing("vault", "organization", "update", field("data", "a: 1\nb: 2\nc: 3", "a: 1\nb: 3\nc: 3")),
        thing("service_account", "ci", "update", field("secret", "********", "******** (changed)")),
        strangers=[stranger("queue", "scratch"), stranger("user", "zoe@acme.example")],
    )
    kept["acme"] = tenant(
        "Acme Inc",
        thing("vault", "organization", "update", status="failed", error="The server refused it: 1404, no such vault"),
        errors=["vault 'organization': The server refused it: 1404, no such vault"],
        strangers=[stranger("queue", "scratch"), stranger("user", "zoe@acme.example")],
    )
    people["globex"] = tenant("Globex", thing("queue", "gpu", "create", field("tags", None, ["gpu"])))
    kept["globex"] = tenant("Globex")
    people["initech"] = tenant("Initech", errors=["Its variables cannot be read: host_vars/initech.yml, line 12"])
    rows = releases(
        release("clearml-enterprise", "clearml", "drifted", *(
            {"what": "version", "path": "version", "before": "10.11.7", "after": "11.0.2"},
            {"what": "values", "path": "apiserver", "before": manifest(30, "8Gi"), "after": manifest(31, "16Gi")},
            {"what": "live", "path": "Deployment/clearml-apiserver spec.replicas", "before": 3, "after": 2},
        )),
        release("clearml-agent", "clearml-globex", "stuck",
                {"what": "status", "path": "status", "before": "pending-upgrade", "after": "deployed"}),
        release("try-out", "clearml", "unmanaged"),
        objects=[{"kind": "NetworkPolicy", "name": "default-deny", "namespace": "clearml-acme", "state": "absent",
                  "differences": []}],
    )  # fmt: skip
    return report(
        number,
        previous,
        mode="repair",
        state=state(**people),
        after=state(**{**people, **kept}),
        releases=rows,
        releases_after=releases(rows["releases"][0]),
    )


def large(tenants: int = 200) -> Json:
    """Two hundred tenants, with three weeks behind them."""
    nights: list[Json] = []
    for number in range(3, 24):
        quiet = state(**{f"tenant-{place:03}": tenant("T") for place in range(tenants)})
        nights.append(
            report(number, nights[-1:], state=quiet) if number % 4 == 0 else drifted_night(number, tenants, nights[-1:])
        )
    return nights[-1]


def hostile() -> Json:
    """Names and values that would like to be more than text."""
    tenants = {
        f"t{place} {text}": tenant(
            text,
            thing("queue", text, "update", *(field(text, other, text) for other in HOSTILE)),
            thing(text, text, "update", field(text, {text: [text, 1]}, {text: [text, 2]}), error=text),
            errors=[text],
            strangers=[stranger(text, text)],
        )
        for place, text in enumerate(HOSTILE)
    }
    tenants["long-name-" + "y" * 200] = tenant("z" * 200)
    return report(
        23,
        site=HOSTILE[0],
        server=HOSTILE[1],
        state=state(**tenants),
        releases=releases(release(HOSTILE[0], HOSTILE[3], "drifted")),
        previous=[{"format": HOSTILE[0]}],
    )
