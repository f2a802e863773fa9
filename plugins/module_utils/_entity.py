# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vocabulary in which an entity is declared: what it is called, how it is read, which endpoint writes what.

A declaration is data. The algorithms that use it are in ``_plan`` (pure) and ``_converge`` (with a server).
"""

from __future__ import annotations

import enum
import typing as t
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput

if t.TYPE_CHECKING:
    from ansible_collections.clearml.enterprise.plugins.module_utils._world import World

Values = t.Mapping[str, t.Any]

#: Namespace of the IDs that we choose ourselves. Never change it: objects would be created a second time.
ID_NAMESPACE = uuid.UUID("8d0f3c52-5a0e-5c0b-9a64-4f6b4c1e2b7a")


class Identity(enum.Enum):
    """As whom a call is made."""

    OWN = "own"
    """The owner of the key."""
    USER = "user"
    """The acting user of the company, with that user's role (X-Clearml-Impersonate-As)."""
    ACTING = "acting"
    """The acting user's company with the key's own role (X-Clearml-Act-As)."""
    SIGNED_IN = "signed in"
    """The acting user by a token of its own, for endpoints that look at the caller's role before any header counts."""


class _Marker(enum.Enum):
    NEW_ID = "id of the object that this plan creates"
    COMPANY_ID = "id of the company"
    REFUSED = "null cannot clear this field"


class Ref(str):
    """An ID that knows what people call its object. It equals the ID and is sent as the ID; results show the label.

    :ivar label: e-mail address of a user, name of anything else
    """

    label: str

    def __new__(cls, value: str, label: str) -> Ref:
        """The ID with its label."""
        made = super().__new__(cls, value)
        made.label = label
        return made


@dataclass(frozen=True)
class FromAnswer:
    """Stands in a planned request for what the answer of the creating call has under a dotted path."""

    path: str


#: Stands in a planned request for the ID that the server gives to the new object.
NEW_ID = _Marker.NEW_ID
#: Stands in a planned request for the ID of the company, which may not exist yet.
COMPANY_ID = _Marker.COMPANY_ID
REFUSED = _Marker.REFUSED
#: Characters that a name has at the least.
SHORTEST_NAME = 3


def same(value: t.Any) -> t.Any:
    """The value as it is."""
    return value


def as_set(value: t.Any) -> list[t.Any]:
    """A list that the API treats as a set: order and doubles do not count, null is empty."""
    return sorted(set(value or []))


def check_name(kind: str, name: str | None) -> None:
    """Refuse a name that the API would refuse, or strip (observed for queues, in the contract for companies).

    :raises InvalidInput: naming it
    """
    if name is not None and (name != name.strip() or len(name) < SHORTEST_NAME):
        raise InvalidInput(
            f"name is {name!r}; a {kind}'s name has at least {SHORTEST_NAME} characters and no space around it"
        )


def dig(tree: Values, path: str) -> tuple[bool, t.Any]:
    """Whether a tree has the dotted path, and what is there."""
    value: t.Any = tree
    for step in path.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return False, None
        value = value[step]
    return True, value


def computed_id(kind: str, company: str, key: str) -> str:
    """The ID that we give to an object where the API lets the caller choose: 32 hex digits, always the same."""
    return uuid.uuid5(ID_NAMESPACE, "\0".join((kind, company, key))).hex


@dataclass(frozen=True)
class Call:
    """One request that changes something.

    :ivar on_behalf: ID of a user (or NEW_ID) to make the call as, whatever the identity says
    """

    endpoint: str
    body: Values
    identity: Identity = Identity.USER
    creates: bool = False
    on_behalf: t.Any = None


@dataclass(frozen=True)
class Action:
    """What happens to one object, and the calls that do it, in order."""

    verb: str
    kind: str
    name: str
    calls: tuple[Call, ...]
    fields: tuple[str, ...] = ()

    def describe(self, company: str | None) -> dict[str, t.Any]:
        """The action as a module returns it."""
        described: dict[str, t.Any] = {"action": self.verb, "kind": self.kind, "name": self.name}
        if company is not None:
            described["company"] = company
        if self.fields:
            described["fields"] = list(self.fields)
        return {**described, "calls": [call.endpoint for call in self.calls]}


@dataclass(frozen=True)
class Row:
    """An object as it stands on the server.

    :ivar values: in the words of the module's options; a field that could not be read is not in it
    :ivar raw: as the server sent it, and what else was read about it
    """

    id: str
    values: Values
    raw: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Desired:
    """What was asked for.

    :ivar values: only the options that were given; null means that null was given
    :ivar steering: options that say how (force, confirm_name, update_unreadable), not what
    """

    values: Values
    state: str = "present"
    id: str | None = None
    steering: Values = field(default_factory=dict)

    @property
    def absent(self) -> bool:
        """Whether the object should not exist."""
        return self.state == "absent"


@dataclass(frozen=True)
class Field:
    """One property of an object.

    :ivar option: the option's name
    :ivar update: endpoint that changes it later, or a function from the value to it; empty: it cannot be changed
    :ivar create: whether the create call takes it; otherwise ``update`` sets it right after
    :ivar source: dotted path in the server's row; defaults to the option's name
    :ivar request: its name in requests; defaults to the option's name
    :ivar normal: brings a value into the form in which two are compared
    :ivar encode: brings an option's value into the form that is sent
    :ivar adapt: what the option's value comes to for this row, before it is compared
    :ivar null: what to send to clear it; REFUSED where the API ignores null
    :ivar readable: False: compared if the server shows it, else sent as the option named by ``rewrite`` says
    :ivar rewrite: the option (on_create or always) that says when to send what cannot be read
    :ivar mask: how the value may be shown; None: as it is
    """

    option: str
    update: str | t.Callable[[t.Any], str] = ""
    create: bool = True
    source: str = ""
    request: str = ""
    normal: t.Callable[[t.Any], t.Any] = same
    encode: t.Callable[[t.Any], t.Any] = same
    adapt: t.Callable[[t.Any, Row], t.Any] | None = None
    null: t.Any = REFUSED
    readable: bool = True
    rewrite: str = "update_unreadable"
    mask: t.Callable[[t.Any], t.Any] | None = None

    def read(self, raw: Values) -> tuple[bool, t.Any]:
        """Whether the server's row shows the field, and its value."""
        return dig(raw, self.source or self.option)


class _Shown(Mapping[str, t.Any]):
    """The fields that a row shows, each brought into its normal form when it is asked for.

    Of most rows of a list no more is ever asked for than the key.
    """

    def __init__(self, fields: tuple[Field, ...], raw: Values) -> None:
        self._fields = fields
        self._raw = raw
        self._known: dict[str, t.Any] = {}

    def __getitem__(self, option: str) -> t.Any:
        if option not in self._known:
            one = next((one for one in self._fields if one.option == option), None)
            shown, value = one.read(self._raw) if one is not None else (False, None)
            if one is None or not (shown or one.readable):
                raise KeyError(option)
            self._known[option] = one.normal(value)
        return self._known[option]

    def __iter__(self) -> t.Iterator[str]:
        return (one.option for one in self._fields if one.readable or one.read(self._raw)[0])

    def __len__(self) -> int:
        return sum(1 for _option in self)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True)
class Update:
    """An endpoint that changes an existing object.

    :ivar id_field: request field that takes the object's ID; empty if the identity says which object
    :ivar whole: send all that was asked, not only what differs (endpoints that may reset what is left out)
    :ivar calls: replaces the one call that would be made, where several are needed
    """

    endpoint: str
    id_field: str = ""
    identity: Identity = Identity.USER
    whole: bool = False
    calls: t.Callable[[Row, Values], tuple[Call, ...]] | None = None


@dataclass(frozen=True)
class Create:
    """The endpoint that makes the object.

    :ivar body: what every request has
    :ivar build: replaces the flat request, where fields lie deeper; takes the ID to choose and the values
    :ivar id_path: where the answer has the new ID
    :ivar then: calls that always follow it
    :ivar look_again: the answer does not tell the ID; look before anything else is done to the new object
    """

    endpoint: str
    identity: Identity = Identity.USER
    body: Values = field(default_factory=dict)
    build: t.Callable[[str, Values], Values] | None = None
    id_path: str = "id"
    then: tuple[Call, ...] = ()
    look_again: bool = False


def as_asked(world: World, desired: Desired) -> Desired:
    """What was asked for, where nothing in it is a name of something else."""
    return desired


def no_objection(world: World, desired: Desired, row: Row | None) -> None:
    """The guard of an entity that has none."""


def all_alike(desired: Desired) -> t.Hashable:
    """Where one list has all objects of a company."""
    return None


@dataclass(frozen=True)
class Entity:
    """Everything that the engine knows of a kind of object.

    :ivar kind: its name in actions and results
    :ivar key: the option that tells one object from another; empty for a singleton of a company
    :ivar read: all objects of the company as the server shows them
    :ivar alike: what ``read`` depends on: objects for which this is the same are in one list
    :ivar unlisted: looks for the object in question where the list does not have it
    :ivar gather: reads beforehand, in few requests, what each of many objects would be asked for alone; it is told
        whether they have been written
    :ivar resolve: turns names of other objects into references; it may read
    :ivar enrich: further reads about the one object in question
    :ivar guard: raises Refused or InvalidInput for what would do harm; it may read
    :ivar repair: the calls that complete an object of which a part is missing
    :ivar remove: the actions that remove a row
    :ivar id_path: where a row has its ID
    :ivar id_option: the option that names an object by its ID
    :ivar chosen_id: whether the caller chooses the ID of a new object
    :ivar secret_once: the create call's answer holds a secret that no later read shows
    :ivar at_birth: what every company has from its beginning, as the server shows it
    :ivar in_company: whether it lives in a company
    :ivar needs_admin: False for what can be made before a company has an acting user
    """

    kind: str
    key: str
    fields: tuple[Field, ...]
    read: t.Callable[[World, Desired], list[Values]]
    alike: t.Callable[[Desired], t.Hashable] = all_alike
    unlisted: t.Callable[[World, Desired, t.Sequence[Row]], list[Values]] | None = None
    gather: t.Callable[[World, t.Sequence[Desired], bool], None] | None = None
    create: Create | None = None
    updates: tuple[Update, ...] = ()
    remove: t.Callable[[Row, Desired], tuple[Action, ...]] | None = None
    resolve: t.Callable[[World, Desired], Desired] = as_asked
    enrich: t.Callable[[World, Desired, Values], Values] | None = None
    repair: t.Callable[[Row], tuple[Call, ...]] | None = None
    guard: t.Callable[[World, Desired, Row | None], None] = no_objection
    id_path: str = "id"
    id_option: str = "id"
    chosen_id: bool = False
    secret_once: bool = False
    at_birth: tuple[Values, ...] = ()
    in_company: bool = True
    needs_admin: bool = True

    def row(self, raw: Values) -> Row:
        """The server's row in the words of the options."""
        return Row(str(raw.get(self.id_path, "")), _Shown(self.fields, raw), raw)

    def field(self, option: str) -> Field:
        """The field of that option."""
        return next(one for one in self.fields if one.option == option)
