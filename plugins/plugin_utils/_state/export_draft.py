# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant's variables out of what stands: written, tried, and mended until applying them would change nothing."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._converge import converge_all
from ansible_collections.clearml.enterprise.plugins.module_utils._entities._vault_rows import OWNERS
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Ref
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import MASK, SECRET
from ansible_collections.clearml.enterprise.plugins.module_utils._values import scrubbed
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, enter
from ansible_collections.clearml.enterprise.plugins.plugin_utils._inventory.companies import label
from ansible_collections.clearml.enterprise.plugins.plugin_utils._state.kinds import KINDS, Kind, Options, Tenant
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants import sense, shape
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import Path, dotted
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import Node, TenantSchema, is_secret

try:
    from jsonschema import Draft202012Validator

    HAS_JSONSCHEMA = True
except ImportError:
    HAS_JSONSCHEMA = False

COMPANY, USER, *INSIDE = KINDS
#: So often is a file mended at the most: names to IDs, then without what differs, then without what is left alone.
ROUNDS = 4
#: Stands for a secret that nobody can read, where a file is tried: valid in every format, and compared with nothing.
ANYTHING = "{}"
#: What an object is not to be declared without: a rule without its entity would be about all projects.
ESSENTIAL = {"access_rule": ("entity_type", "entity", "access_permission"), "vault": ("scope", "type", *OWNERS)}
NOTHING: tuple[t.Any, ...] = (None, "", [], {}, ())


class Placeholder(str):
    """A template in the place of a secret."""


@dataclass(frozen=True)
class Blank:
    """A secret that is to be filled in.

    :ivar compared: the server shows what it is, so applying another one changes it
    """

    variable: str
    path: str
    compared: bool


@dataclass
class Entry:
    """An object of a file.

    :ivar section: the variable that has it
    :ivar ids: it names others by their IDs
    """

    kind: Kind
    section: str
    single: bool
    options: Options = field(repr=False)
    ids: bool = False

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.options.get(self.kind.entity.key) or self.kind.name)

    def value(self, ids: bool = False) -> Options:
        """The object with names, or IDs, in place of references."""
        return {option: named(value, ids or self.ids) for option, value in self.options.items()}

    def by_ids(self, fields: t.Collection[str]) -> bool:
        """Name others by their IDs; False if that makes no difference to the fields, or to any."""
        asked = set(fields) or set(self.options)
        before = {option: self.value().get(option) for option in asked}
        self.ids = True
        return before != {option: self.value().get(option) for option in asked}


def named(value: t.Any, ids: bool) -> t.Any:
    """A value with names in place of references. Who has no name any more is gone, and cannot be listed."""
    if isinstance(value, Ref):
        return str(value) if ids else value.label
    if isinstance(value, t.Mapping):
        return {str(key): named(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        present = [item for item in value if not isinstance(item, Ref) or item.label != str(item)]
        names = [named(item, ids) for item in present]
        return sorted(names) if any(isinstance(item, Ref) for item in value) else names
    # Texts that know more than their letters are plain ones in a file.
    return str(value) if isinstance(value, str) else value


@dataclass
class Draft:
    """What a tenant's file would say.

    :ivar company: its name and ID
    :ivar namesake: another company has the same name, so the ID has to be said
    :ivar left_out: what stands and cannot be declared, each with kind, name, fields and why
    """

    tenant: str
    company: t.Mapping[str, str]
    admin: str
    schema: TenantSchema
    namesake: bool = False
    entries: list[Entry] = field(default_factory=list)
    left_out: list[dict[str, t.Any]] = field(default_factory=list)
    blanks: list[Blank] = field(default_factory=list)
    _secrets: set[str] = field(default_factory=set, repr=False)

    def add(self, kind: Kind, options: Options) -> None:
        """Take in an object."""
        section = "tenant_settings" if kind is COMPANY else kind.variable
        if kind is USER and options.get("email") == self.admin:
            section = "tenant_admin"
        single = kind.single or section in ("tenant_settings", "tenant_admin")
        node = self.schema.at((section,) if single else (section, 0))
        known = {name: value for name, value in options.items() if name not in ("id", "state")}
        if section == "tenant_admin":
            known = {name: value for name, value in known.items() if value != self._usual_admin.get(name)}
        slim = pruned(self.schema, known, node)
        if slim:
            self.entries.append(Entry(kind, section, single, slim))

    @property
    def _usual_admin(self) -> dict[str, str]:
        """What the admin is where a file says nothing about it."""
        return {"email": sense.default_admin(self.tenant), "name": f"{self.company['name']} automation"}

    def mend(self, client: Client) -> None:
        """Try the file, and take out what could not be applied, or would change something."""
        for _round in range(ROUNDS):
            problems = [*self._mistakes(), *self._changes(client)]
            if not problems:
                return
            for entry, fields, why in problems:
                self._take_out(entry, fields, why)
        for entry, fields, why in self._changes(client):
            self.note(entry.kind, entry.name, f"a run will change it: {why}", fields)

    def note(self, kind: Kind, name: str, why: str, fields: t.Collection[str] = ()) -> None:
        """Say what is not in the file."""
        text = scrubbed(why, self._secrets)
        self.left_out.append({"kind": kind.name, "name": name, "fields": sorted(fields), "why": text})

    def _take_out(self, entry: Entry, fields: t.Collection[str], why: str) -> None:
        if entry not in self.entries or entry.by_ids(fields):
            return
        gone = set(fields) & set(entry.options)
        if (
            not fields
            or gone & {entry.kind.entity.key, *ESSENTIAL.get(entry.kind.name, ())}
            or gone == {*entry.options}
        ):
            self.entries.remove(entry)
            gone = set()
        for option in gone:
            del entry.options[option]
        self.note(entry.kind, entry.name, why, gone)

    def _mistakes(self) -> t.Iterator[tuple[Entry, t.Collection[str], str]]:
        """What validating the file would find."""
        values, places = self._assembled(lambda entry: self._filled(entry, real=False))
        found = list(sense.doubled(self.tenant, values))
        if HAS_JSONSCHEMA:
            found += shape.judge(Draft202012Validator(self.schema.effective), self.schema, values)
        for finding in found:
            for length in (2, 1):
                entry = places.get(tuple(finding.path[:length]))
                if entry is not None:
                    yield entry, [str(step) for step in finding.path[length : length + 1]], finding.problem
                    break

    def _changes(self, client: Client) -> t.Iterator[tuple[Entry, t.Collection[str], str]]:
        """What applying the file would change, or could not."""
        variables, places = self._assembled(lambda entry: self._filled(entry, real=True))
        tenant = Tenant(self.tenant, variables)
        world = enter(client, self.company["id"], self.admin or None, needs_admin=False)
        for kind in KINDS:
            declared = kind.declared(tenant)
            mine = self._places(kind, places)
            if not mine or (kind not in (COMPANY, USER) and not world.acting_user):
                continue
            if kind is USER:
                first = [entry for entry in mine if entry.section == "tenant_admin"]
                declared, mine = declared if first else declared[1:], [*first, *(e for e in mine if e not in first)]
            yield from _tried(kind, World(client) if kind is COMPANY else world, list(zip(mine, declared, strict=True)))

    def _places(self, kind: Kind, places: t.Mapping[Path, Entry]) -> list[Entry]:
        return [entry for entry in places.values() if entry.kind is kind]

    def _assembled(self, fill: t.Callable[[Entry], Options]) -> tuple[dict[str, t.Any], dict[Path, Entry]]:
        """The variables, and where in them each object is."""
        variables: dict[str, t.Any] = {"tenant_company": dict(self.company)}
        places: dict[Path, Entry] = {}
        for section in self.schema.variables:
            for entry in self.entries:
                if entry.section != section:
                    continue
                value = fill(entry)
                if entry.single:
                    variables[section] = value
                    places[(section,)] = entry
                else:
                    items = variables.setdefault(section, [])
                    places[(section, len(items))] = entry
                    items.append(value)
        return variables, places

    def _filled(self, entry: Entry, real: bool) -> Options:
        """An object with its secrets, or with templates in their place."""
        secrets = Secrets(self.schema, real)
        filled = secrets.told(entry.value(), self._node(entry), ())
        self._secrets |= secrets.known
        return t.cast("Options", filled)

    def _node(self, entry: Entry) -> Node:
        return self.schema.at((entry.section,) if entry.single else (entry.section, 0))

    def variables(self) -> dict[str, t.Any]:
        """The variables as they are written, with a template in the place of each secret."""
        taken: set[str] = set()
        self.blanks = []

        def fill(entry: Entry) -> Options:
            begin = (self.tenant, entry.section.removeprefix("tenant_").removesuffix("s"))
            secrets = Secrets(self.schema, False, begin if entry.single else (*begin, entry.name), taken)
            filled = secrets.told(entry.value(), self._node(entry), ())
            where = entry.section if entry.single else f"{entry.section}, {entry.name}"
            self.blanks += [Blank(name, f"{where}: {path}", shown) for name, path, shown in secrets.found]
            return t.cast("Options", filled)

        variables = self._assembled(fill)[0]
        company = dict(self.company) if self.namesake else {"name": self.company["name"]}
        return {**variables, "tenant_company": company}


def _tried(
    kind: Kind, world: World, declared: t.Sequence[tuple[Entry, Options]]
) -> t.Iterator[tuple[Entry, t.Collection[str], str]]:
    """What would become of the objects of a kind."""
    wanted = []
    for entry, options in declared:
        try:
            wanted.append((entry, kind.desired(options)))
        except ClearMLError as error:
            yield entry, (), str(error)
    for (entry, _desired), attempt in zip(
        wanted, converge_all(kind.entity, world, [desired for _entry, desired in wanted]) if wanted else (), strict=True
    ):
        if attempt.error is not None:
            yield entry, (), str(attempt.error)
        elif attempt.outcome.changed:
            created = attempt.row is None and bool(kind.entity.key)
            fields = () if created else {name for one in attempt.outcome.actions for name in one.fields}
            yield entry, fields, "it would be made anew" if created else "what it names is gone, or is not unique"


def pruned(schema: TenantSchema, value: t.Any, node: Node) -> t.Any:
    """A value without what is empty or what it is by default; maps of the user's own keys stay as they are."""
    if isinstance(value, t.Mapping) and node.get("additionalProperties") is False:
        # The order of the schema is that in which people read.
        ordered = [key for key in node["properties"] if key in value]
        inner = {key: pruned(schema, value[key], schema.child(node, key)) for key in ordered}
        return {key: item for key, item in inner.items() if item not in NOTHING}
    if isinstance(value, list) and not any(isinstance(item, Ref) for item in value):
        return [pruned(schema, item, schema.child(node, 0)) for item in value]
    return None if "default" in node and value == node["default"] else value


class Secrets:
    """Puts templates in the place of an object's secrets.

    :ivar found: of each secret its variable, its path, and whether the server shows it
    :ivar known: those that the server shows
    """

    def __init__(
        self, schema: TenantSchema, real: bool, begin: t.Sequence[str] = (), taken: set[str] | None = None
    ) -> None:
        self._schema = schema
        self._real = real
        self._begin = begin
        self._taken = set() if taken is None else taken
        self.found: list[tuple[str, str, bool]] = []
        self.known: set[str] = set()

    def told(self, value: t.Any, node: Node, path: Path, name: tuple[str, ...] = (), secret: bool = False) -> t.Any:
        """A value without its secrets, or with those that are known."""
        if isinstance(value, t.Mapping):
            return {key: self._member(key, item, node, path, name, secret) for key, item in value.items()}
        if isinstance(value, list):
            inside = self._schema.child(node, 0)
            key = next(iter(inside.get("required") or ()), "")
            return [
                self.told(item, inside, (*path, index), (*name, _of(item, key)), secret)
                for index, item in enumerate(value)
            ]
        return self._secret(value, path, name) if secret and isinstance(value, str) else value

    def _member(self, key: str, value: t.Any, node: Node, path: Path, name: tuple[str, ...], secret: bool) -> t.Any:
        inner = self._schema.child(node, key)
        # Where the schema lets people write what they like, the key tells.
        hidden = secret or is_secret(inner) or ("properties" not in node and SECRET.search(key) is not None)
        return self.told(value, inner, (*path, key), (*name, key), hidden)

    def _secret(self, value: str, path: Path, name: tuple[str, ...]) -> str:
        if value != MASK:
            self.known.add(value)
        if self._real:
            return ANYTHING if value == MASK else value
        stem = "_".join(filter(None, (word(part) for part in ("vault", *self._begin, *name))))
        variable, number = stem, 1
        while variable in self._taken:
            number += 1
            variable = f"{stem}_{number}"
        self._taken.add(variable)
        self.found.append((variable, dotted(path), value != MASK))
        return Placeholder(f"{{{{ {variable} }}}}")


def _of(item: t.Any, key: str) -> str:
    return str(item.get(key) or "") if isinstance(item, t.Mapping) else ""


def word(text: str) -> str:
    """The text as a part of a variable's name."""
    return re.sub(r"\W+", "_", label(text), flags=re.ASCII).strip("_")
