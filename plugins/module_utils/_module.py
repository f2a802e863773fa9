# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between Ansible and the engine: options in, one result or one message out."""

from __future__ import annotations

import json
import typing as t
from dataclasses import replace

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client, UnbornClient
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection, connection_argument_spec
from ansible_collections.clearml.enterprise.plugins.module_utils._converge import Outcome, converge
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Desired, Entity
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, kube_argument_spec
from ansible_collections.clearml.enterprise.plugins.module_utils._secrets import secrets_in, texts_in
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, enter, require

ArgumentSpec = t.Mapping[str, t.Mapping[str, t.Any]]

#: Options that name something; what an entity's own key may be, its guard knows better.
NAMES = ("company", "acting_user", "user", "id", "access_key")
STATE: dict[str, t.Any] = {"type": "str", "choices": ["present", "absent"], "default": "present"}


class ClearMLModule(AnsibleModule):
    """An AnsibleModule that knows which options were given, and has a client.

    It is built in two places: in a module process, and (as a subclass) in the controller's own.
    """

    def __init__(self, **kwargs: t.Any) -> None:
        kwargs.setdefault("supports_check_mode", True)
        self.given: frozenset[str] = frozenset()
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]

    def _load_params(self) -> None:
        self.receive()
        self.given = frozenset(self.params)
        # Validation stops at the first malformed option, and would leave the secrets behind it unknown.
        self.params = as_texts(self.argument_spec, self.params)
        for name, spec in self.argument_spec.items():
            if spec.get("no_log"):
                self.no_log_values.update(texts_in(self.params.get(name)))
        self.no_log_values.update(secrets_in(self.params))

    def receive(self) -> None:
        """Take the arguments in."""
        super()._load_params()  # type: ignore[no-untyped-call]

    def connect(self, connection: Connection) -> Client:
        """A client for the connection; check mode makes it refuse writes."""
        return Client.connect(connection, read_only=self.check_mode)


Factory = t.Callable[..., ClearMLModule]


def run(
    body: t.Callable[[ClearMLModule, Client], dict[str, t.Any]],
    argument_spec: ArgumentSpec,
    make: Factory,
) -> None:
    """Run a module's body with a client. This is the boundary: whatever goes wrong in it becomes one message."""
    module = make(argument_spec={**connection_argument_spec(), **argument_spec})
    client: Client | None = None

    def connected() -> dict[str, t.Any]:
        nonlocal client
        refuse_empty(module.params)
        if module.params["unborn_server"] and module.check_mode:
            return body(module, UnbornClient())
        client = module.connect(Connection.from_options(module.params))
        return body(module, client)

    finish(module, connected, lambda: client is not None and client.wrote)


def run_on_cluster(
    body: t.Callable[[ClearMLModule, Kube], dict[str, t.Any]],
    argument_spec: ArgumentSpec,
    make: Factory,
) -> None:
    """The same for a module that works on Kubernetes instead."""
    module = make(argument_spec={**kube_argument_spec(), **argument_spec})
    kube: Kube | None = None

    def connected() -> dict[str, t.Any]:
        nonlocal kube
        refuse_empty(module.params, ("name", "namespace", "kubeconfig", "context"))
        kube = Kube.connect(module.params, module.check_mode)
        return body(module, kube)

    finish(module, connected, lambda: kube is not None and kube.wrote)


def finish(module: ClearMLModule, body: t.Callable[[], dict[str, t.Any]], wrote: t.Callable[[], bool]) -> None:
    """Run a body and end the module with its result, or with one message.

    :param wrote: whether a failure left something changed
    """
    result: dict[str, t.Any] = {}
    problem = ""
    try:
        result = body()
    except ClearMLError as error:
        problem = str(error)
    except Exception as error:
        # Its text may hold anything, a request's secret too: name where it happened, and say no more.
        problem = unexpected(error)
    if problem:
        module.fail_json(msg=problem, changed=wrote())
    module.exit_json(**result)


def refuse_empty(params: t.Mapping[str, t.Any], names: t.Iterable[str] = NAMES) -> None:
    """An empty text names nothing; it is what an undefined variable comes to, and must not mean "any" or "mine".

    :raises InvalidInput: naming the option
    """
    for option in names:
        value = params.get(option)
        if isinstance(value, str) and not value.strip():
            raise InvalidInput(f"{option} is empty ({value!r}); give a name, or leave the option out")


def unexpected(error: BaseException) -> str:
    """A fault of this collection, in words that cannot hold a secret."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = (
        f"{place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place is not None else "unknown"
    )
    return f"Unexpected {type(error).__name__} at {where}. This is a fault of clearml.enterprise; please report it"


def run_entity(
    entity: Entity,
    argument_spec: ArgumentSpec,
    make: Factory = ClearMLModule,
    actor: str = "acting_user",
    behalf: t.Callable[[World, t.Mapping[str, t.Any]], None] | None = None,
    prepare: t.Callable[[World, t.Mapping[str, t.Any]], dict[str, t.Any]] | None = None,
    carry_out: t.Callable[[ClearMLModule, Entity, World, Desired], Outcome] | None = None,
    finish: t.Callable[[Outcome, dict[str, t.Any]], None] | None = None,
) -> None:
    """Run the module of an entity: its options say what one object should be.

    :param actor: the option that names the user to act as
    :param behalf: changes the acting user, where another option than the actor's says who that is
    :param prepare: values of fields that are made from several options
    :param carry_out: what to do instead of converging one object
    :param finish: adds to the result what only this entity has
    """

    def body(module: ClearMLModule, client: Client) -> dict[str, t.Any]:
        params = module.params
        world = World(client)
        if entity.in_company:
            world = enter(client, params.get("company"), params.get(actor), entity.needs_admin)
        if behalf is not None:
            behalf(world, params)
        desired = desired_from(entity, module.params, module.given)
        if prepare is not None:
            desired = replace(desired, values={**desired.values, **prepare(world, params)})
        outcome = carry_out(module, entity, world, desired) if carry_out else converge(entity, world, desired)
        for warning in world.warnings:
            module.warn(warning)
        result = result_of(entity, world, outcome, module._diff)
        if finish is not None:
            finish(outcome, result)
        return result

    company: ArgumentSpec = {"company": {"type": "str"}, actor: {"type": "str"}}
    run(body, {**(company if entity.in_company else {}), **argument_spec}, make)


def run_info(
    read: t.Callable[[World, t.Mapping[str, t.Any]], dict[str, t.Any]],
    argument_spec: ArgumentSpec,
    make: Factory,
    in_company: bool = True,
    needs_admin: bool = True,
    returns: str = "",
    nothing: t.Any = (),
) -> None:
    """Run a module that only reads.

    :param returns: what it returns, which is ``nothing`` in check mode while the company does not exist
    :param needs_admin: whether reading needs an acting user
    """

    def body(module: ClearMLModule, client: Client) -> dict[str, t.Any]:
        params = module.params
        refuse_empty(params, ("name", "email", "display_name", "provider"))
        if not in_company:
            return {"changed": False, **read(World(client), params)}
        world = enter(client, params.get("company"), params.get("acting_user"), needs_admin)
        if world.unborn and module.check_mode:
            return {"changed": False, returns: nothing or [], "assumes": [world.unborn]}
        require(world)
        for warning in world.warnings:
            module.warn(warning)
        return {"changed": False, **read(world, params)}

    company: dict[str, t.Any] = {"company": {"type": "str"}} if in_company else {}
    if in_company and needs_admin:
        company["acting_user"] = {"type": "str"}
    run(body, {**company, **argument_spec}, make)


def as_texts(spec: ArgumentSpec, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options, with those of type json as the text that they come to.

    That text is what is secret: a short text inside would be masked in every other word.
    """
    texts = {
        name: value.strip() if isinstance(value, str) else json.dumps(value)
        for name, value in params.items()
        if spec.get(name, {}).get("type") == "json" and isinstance(value, (str, dict, list))
    }
    return {**params, **texts}


def desired_from(entity: Entity, params: t.Mapping[str, t.Any], given: t.Collection[str]) -> Desired:
    """What the options ask for; an option that was not given is not in it."""
    what = [one.option for one in entity.fields if one.option in params]
    return Desired(
        values={name: params[name] for name in what if name in given or params[name] is not None},
        state=params.get("state") or "present",
        id=params.get(entity.id_option),
        steering={name: value for name, value in params.items() if name not in what},
    )


def result_of(entity: Entity, world: World, outcome: Outcome, diff: bool) -> dict[str, t.Any]:
    """The result of a module: changed, actions, the object, and the diff if it was asked for."""
    company = (world.company_name or world.company or None) if entity.in_company else None
    result: dict[str, t.Any] = {
        "changed": outcome.changed,
        "actions": [action.describe(company) for action in outcome.actions],
        entity.kind: dict(outcome.state),
    }
    assumed = [one for one in (world.unborn, *world.assumed) if one]
    if assumed:
        result["assumes"] = assumed
    if diff:
        result["diff"] = {"before": dict(outcome.before), "after": dict(outcome.after)}
    return result
