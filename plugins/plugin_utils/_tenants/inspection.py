# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All tenants of an inventory, all mistakes at once."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants import (
    agents,
    gateways,
    ports,
    references,
    sense,
    shape,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.documents import Document
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.mistakes import (
    Mistake,
    Path,
    dotted,
    nearest,
    shown,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.schema import (
    COMMAND_LINE_ONLY,
    PREFIX,
    TenantSchema,
)
from ansible_collections.clearml.enterprise.plugins.plugin_utils._tenants.variables import (
    Resolved,
    Templates,
    resolve,
)

try:
    from jsonschema import Draft202012Validator

    HAS_JSONSCHEMA = True
except ImportError:
    HAS_JSONSCHEMA = False


@dataclass
class Tenant:
    """A host of the tenants' group.

    :ivar variables: all of the host's variables, not resolved; empty if Ansible cannot read them
    :ivar documents: the files that its variables come from, the strongest first
    :ivar home: the file that a tenant's variables belong in, whether it exists or not
    :ivar problem: why its variables cannot be had, beyond what is wrong with its documents
    """

    name: str
    variables: t.Mapping[str, t.Any]
    documents: list[Document]
    home: str
    templates: Templates
    problem: str = ""

    def document(self, variable: str) -> Document | None:
        """The file that the variable comes from, if it comes from one."""
        return next((one for one in self.documents if variable in one.keys), None)


@dataclass
class Stray:
    """A file of host_vars with a tenant's variables, of a host that is no tenant.

    :ivar known: the inventory has the host, outside of the tenants' group
    """

    host: str
    document: Document
    known: bool


@dataclass
class Inspection:
    """Looks at the tenants one after the other; the mistakes are complete after ``finish``."""

    group: str
    schema: TenantSchema = field(default_factory=TenantSchema.load)
    mistakes: list[Mistake] = field(default_factory=list)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    resolved: dict[str, Resolved] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._validator = Draft202012Validator(self.schema.effective)

    def add(self, tenant: Tenant) -> None:
        """Look at one tenant."""
        self.tenants[tenant.name] = tenant
        problem = sense.slug_problem(tenant.name)
        if problem:
            self.mistakes.append(
                Mistake(tenant.name, tenant.home, None, "", f"host {tenant.name!r}: {problem}", "Rename the host")
            )
        for document in tenant.documents:
            self._look_at(document, tenant.name)
        if any(document.broken for document in tenant.documents):
            return
        if tenant.problem:
            self.mistakes.append(Mistake(tenant.name, tenant.home, None, "", tenant.problem, "Correct it"))
            return
        self._judge(tenant)

    def _look_at(self, document: Document, tenant: str) -> None:
        """What is wrong with a file as such; once, however many tenants share it."""
        if id(document) in self._seen:
            return
        self._seen.add(id(document))
        for flaw in document.flaws:
            self.mistakes.append(Mistake(tenant, document.name, flaw.line, flaw.path, flaw.problem, flaw.advice))
        for key in document.keys:
            meant = misspelt(key, self.schema.variables)
            if meant or key in COMMAND_LINE_ONLY:
                finding = (
                    shape.Finding((key,), "this looks like a misspelt variable of a tenant", f"Did you mean {meant}?")
                    if meant
                    else shape.unknown_key((key,), ())
                )
                self.mistakes.append(
                    Mistake(tenant, document.name, document.line((key,)), key, finding.problem, finding.advice)
                )

    def _judge(self, tenant: Tenant) -> None:
        own = {
            name: value
            for name, value in tenant.variables.items()
            if name.startswith(PREFIX) and name not in COMMAND_LINE_ONLY
        }

        def is_private(path: Path) -> bool:
            document = tenant.document(str(path[0]))
            return document is not None and document.encrypted

        result = resolve(own, self.schema, tenant.templates, is_private)
        self.resolved[tenant.name] = result
        for path in result.exposed:
            self._say(
                tenant,
                shape.Finding(
                    path,
                    "this secret is in plain text",
                    "Encrypt it with ansible-vault encrypt_string, or refer to it with a template",
                    show=False,
                ),
            )
        for path, problem in result.problems.items():
            text = f"the template cannot be resolved ({problem})"
            self._say(tenant, shape.Finding(path, text, "Define what it refers to, or correct it"))
        found = [
            *shape.judge(self._validator, self.schema, result.values),
            *sense.doubled(tenant.name, result.values),
            *references.dangling(result.values),
            *references.ownerless(result.values),
            *agents.own(result.values),
            *gateways.own(result.values),
            *ports.own(tenant.name, result.values),
        ]
        for finding in dict.fromkeys(found):
            if not finding.show or not result.is_unknown(finding.path):
                self._say(tenant, finding)

    def _say(self, tenant: Tenant, finding: shape.Finding) -> None:
        file, line = self._place(tenant, finding.path)
        self.mistakes.append(
            Mistake(
                tenant.name,
                file,
                line,
                dotted(finding.path),
                finding.problem,
                finding.advice,
                self._shown(tenant, finding) if finding.show else "",
            )
        )

    def _place(self, tenant: Tenant, path: Path) -> tuple[str, int | None]:
        document = tenant.document(str(path[0]))
        return (document.name, document.line(path)) if document is not None else (tenant.home, None)

    def _shown(self, tenant: Tenant, finding: shape.Finding) -> str:
        """The value at the path, unless it may be a secret; a template as it is written."""
        document = tenant.document(str(finding.path[0]))
        if document is not None and document.encrypted:
            return ""
        result = self.resolved[tenant.name]
        template = result.template_of(finding.path)
        if template:
            return shown(template)
        value: t.Any = result.values
        for step in finding.path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return ""
        return shown(value) if not isinstance(value, (dict, list)) else ""

    def finish(self, strays: t.Iterable[Stray] = ()) -> list[Mistake]:
        """Look at what concerns several tenants, and at files of no tenant; then all mistakes, in order."""
        values = {name: result.values for name, result in self.resolved.items()}
        for name, finding, owner, path in (*sense.shared(values), *ports.shared(values)):
            file, line = self._place(self.tenants[owner], path)
            where = f"{file}:{line}" if line else file
            self._say(
                self.tenants[name],
                shape.Finding(finding.path, f"{finding.problem} ({dotted(path)}, {where})", finding.advice),
            )
        for stray in strays:
            self._stray(stray)
        return sorted(self.mistakes, key=lambda one: (one.file, one.line or 0))

    def _stray(self, stray: Stray) -> None:
        key = next((key for key in stray.document.keys if key in self.schema.variables), None)
        if key is None:
            return
        meant = "" if stray.known else nearest(stray.host, self.tenants)
        problem = (
            f"host {stray.host!r} is not in the group {self.group}"
            if stray.known
            else f"the inventory has no host {stray.host!r}"
        )
        self.mistakes.append(
            Mistake(
                stray.host,
                stray.document.name,
                stray.document.line((key,)),
                key,
                f"{problem}, so nothing of this file would be applied",
                f"Add it to the group {self.group}" + (f", or did you mean {meant}?" if meant else ""),
            )
        )


def misspelt(key: str, known: t.Sequence[str]) -> str:
    """The variable that was probably meant; empty for a variable of the user's own."""
    if key.startswith((PREFIX, "_")):
        return ""
    head, separator, _rest = key.partition("_")
    prefix = PREFIX.rstrip("_")
    if separator and not nearest(head, [prefix], 0.75):
        return ""
    return nearest(key, known, 0.8)


def summary(mistakes: t.Sequence[Mistake], tenants: int) -> str:
    """All mistakes as one text."""
    if not mistakes:
        return f"{counted(tenants, 'tenant')}, no mistakes"
    return "\n".join(
        [f"{counted(len(mistakes), 'mistake')} in the variables of {counted(tenants, 'tenant')}:", *map(str, mistakes)]
    )


def counted(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
