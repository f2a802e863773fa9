# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random platforms: what tenants may declare, and what a server has, without what is different on every server."""

from __future__ import annotations

import json
import typing as t

from hypothesis import strategies as st

Variables = dict[str, t.Any]
#: Few names, so that states meet; each of them has something that a careless comparison trips over.
NAMES = ["plain", "two words", "q\"uo'te", "re.*x+", "größe", "🚀 rocket", "yes", "{{ braces }}"]
TEXTS = st.sampled_from(["", "a text", "é😀 \\ /", "{{ not a template }}"])
TAGS = st.lists(st.sampled_from(["b", "a", "c"]), max_size=3)
#: What differs between two servers in the same state.
PASSING = {"created", "last_update", "added", "created_in_version"}
KINDS = ("queues", "auth_entries", "profiles", "groups", "access_rules", "vaults", "projects")


def optional(options: dict[str, st.SearchStrategy[t.Any]]) -> st.SearchStrategy[dict[str, t.Any]]:
    """Any part of the options."""
    return st.fixed_dictionaries({}, optional=options)


def entries(key: str, names: list[str], options: dict[str, st.SearchStrategy[t.Any]]) -> st.SearchStrategy[t.Any]:
    """Objects with different names, present with some options, or absent."""
    present = optional(options)
    one = st.one_of(present, present, st.just({"state": "absent"}))
    return st.dictionaries(st.sampled_from(names), one, max_size=4).map(
        lambda found: [{key: name, **given} for name, given in found.items()]
    )


def there(items: list[Variables], key: str) -> list[str]:
    """The names of those that should be there."""
    return [one[key] for one in items if one.get("state") != "absent"]


@st.composite
def tenant(draw: st.DrawFn, name: str) -> Variables:
    """What a tenant declares; whatever it refers to, it declares too."""
    people = [f"{person}@{name}.example" for person in ("ann", "bob", "eve")]
    users = draw(entries("email", people, {"role": st.sampled_from(["user", "admin"])}))
    users = [{"name": f"Name of {one['email']}", **one} for one in users]
    accounts = draw(entries("name", ["robot", "old robot"], {"allow_running_as_owner": st.booleans()}))
    members = {
        "users": st.lists(st.sampled_from(there(users, "email") or [f"admin@{name}.invalid"]), unique=True),
        "exclusive": st.booleans(),
        "description": TEXTS,
    }
    groups = draw(entries("name", NAMES, members))
    queues = draw(
        entries(
            "name",
            NAMES,
            {
                "display_name": st.sampled_from(["one", "other"]),
                "tags": TAGS,
                "metadata": st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"])),
            },
        )
    )
    declared: Variables = {
        "tenant_company": {"name": f"Company {name}"},
        "tenant_settings": {
            "allowed_users": 500,
            "allowed_service_users": 50,
            **draw(optional({"max_running_apps": st.integers(0, 3)})),
        },
        "tenant_users": users,
        "tenant_service_accounts": accounts,
        "tenant_groups": groups,
        "tenant_queues": queues,
        "tenant_access_rules": draw(rules(there(queues, "name"), there(groups, "name"))),
        "tenant_vaults": draw(vaults()),
        "tenant_login_rules": draw(optional({"domains": st.just([f"{name}.example"])})),
    }
    # A kind that a file is silent about is left alone.
    silent = draw(st.sets(st.sampled_from(["tenant_login_rules", "tenant_vaults", "tenant_service_accounts"])))
    return {key: value for key, value in declared.items() if key not in silent}


def rules(queues: list[str], groups: list[str]) -> st.SearchStrategy[t.Any]:
    """Rules about the queues for the groups, if there are both."""
    if not (queues and groups):
        return st.just([])
    return st.dictionaries(st.sampled_from(["rule 1", "rule (2)"]), optional({"description": TEXTS})).flatmap(
        lambda found: st.tuples(
            *(
                st.fixed_dictionaries(
                    {
                        "name": st.just(name),
                        "entity_type": st.just("queue"),
                        "entity": st.sampled_from(queues),
                        "access_permission": st.sampled_from(["read", "read_write"]),
                        "groups": st.lists(st.sampled_from(groups), min_size=1, unique=True),
                        **{key: st.just(value) for key, value in given.items()},
                    }
                )
                for name, given in found.items()
            )
        ).map(list)
    )


def vaults() -> st.SearchStrategy[t.Any]:
    """Vaults of the organization, which say something in JSON."""
    content = st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 3), min_size=1)
    whole = st.fixed_dictionaries({"content": content, "format": st.just("json")}, optional={"enabled": st.booleans()})
    return st.dictionaries(
        st.sampled_from(["defaults", "more (2)"]), st.one_of(whole, st.just({"state": "absent"}))
    ).map(lambda found: [{"description": name, **given} for name, given in found.items()])


@st.composite
def platform(draw: st.DrawFn) -> dict[str, Variables]:
    """One to three tenants."""
    names = draw(st.lists(st.sampled_from(["acme", "globex", "hooli"]), min_size=1, unique=True))
    return {name: draw(tenant(name)) for name in names}


@st.composite
def shuffled(draw: st.DrawFn, tenants: dict[str, Variables]) -> dict[str, Variables]:
    """The same platform in another order."""
    names = draw(st.permutations(sorted(tenants)))
    return {
        name: {
            key: draw(st.permutations(value)) if isinstance(value, list) else value
            for key, value in tenants[name].items()
        }
        for name in names
    }


def server(state: dict[str, t.Any]) -> dict[str, list[str]]:
    """What a server has, by kind, with names in place of IDs."""
    names = {
        str(one.get("key") or one["id"]): f"<{kind} {one.get('email') or one.get('name')}>"
        for kind in ("companies", *KINDS)
        for one in state[kind]
    }

    def plain(value: t.Any) -> t.Any:
        if isinstance(value, dict):
            return {
                key: plain(item) for key, item in value.items() if key not in (*PASSING, "id", "key", "credentials")
            }
        if isinstance(value, list):
            return sorted((plain(item) for item in value), key=json.dumps)
        return names.get(value, value) if isinstance(value, str) else value

    return {
        kind: sorted(json.dumps(plain(one), sort_keys=True) for one in state[kind]) for kind in ("companies", *KINDS)
    }
