# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of every entity need to know of one: values for all of its options, and how they show."""

from __future__ import annotations

import importlib
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

Options = dict[str, t.Any]
HERE = Path(__file__).parent
#: Names that a careless filter, pattern or template would get wrong.
ODD_NAMES = ("a b", 'it\'s "q"', "a.*b", "^x$", "Größe", "🚀🚀🚀", "a\\b", "{{ x }}", "50% & more")


@dataclass(frozen=True)
class Sample:
    """An entity as its module takes it, in company acme with admin@acme.invalid and ann@acme.example.

    :ivar module: its module, without ``clearml_``
    :ivar key: the option that names an object; empty for a singleton of a company
    :ivar first: every option of the object, as for a new one
    :ivar parents: runs of other modules that make what ``first`` and ``changes`` refer to
    :ivar changes: for each option that can change, the values that it takes one after the other
    :ivar shows: what a result shows for a given value, where it is not the value itself
    :ivar unseen: options that no result shows; ``always`` makes a run send them all the same
    :ivar always: options that have what cannot be read sent in every run
    :ivar fixed: options that cannot be changed once the object is there
    :ivar beside: what every change has to bring along
    :ivar steering: options that say how, not what, and the test that observes each: ``file.py::test``
    :ivar removal: what a removal needs besides the key
    :ivar removable: whether there is a removal at all
    :ivar renamed: another name for it, where an ID and a name rename it
    :ivar names: names to try; other than the odd ones where a key has a form
    :ivar platform: the key of a company's own admin does not do
    :ivar everybody: a user without any rights may do it too
    :ivar leftovers: keys of the lab's rows in which a run that is killed may leave something that nobody can tell apart
    :ivar table: the table of the lab that holds the objects, for entities whose key the server does not keep unique
    """

    module: str
    key: str
    first: Options
    changes: dict[str, tuple[t.Any, ...]]
    parents: tuple[tuple[str, Options], ...] = ()
    shows: dict[str, t.Callable[[t.Any], t.Any]] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
    always: Options = field(default_factory=dict)
    fixed: tuple[str, ...] = ()
    beside: Options = field(default_factory=dict)
    steering: dict[str, str] = field(default_factory=dict)
    removal: Options = field(default_factory=dict)
    removable: bool = True
    in_company: bool = True
    renamed: str = ""
    names: tuple[str, ...] = ODD_NAMES
    platform: bool = False
    everybody: bool = False
    leftovers: tuple[str, ...] = ()
    table: str = ""

    def __str__(self) -> str:
        return self.module

    @property
    def place(self) -> Options:
        """The company, for what lives in one."""
        return {"company": "acme"} if self.in_company else {}

    @property
    def before(self) -> tuple[tuple[str, Options], ...]:
        """The runs that make what it refers to."""
        return tuple((module, {"company": "acme", **options}) for module, options in self.parents)

    @property
    def named(self) -> Options:
        """The least that says which object."""
        return {**self.place, **({self.key: self.first[self.key]} if self.key else {})}

    @property
    def whole(self) -> Options:
        """Everything that a new object has."""
        return {**self.place, **self.first}

    @property
    def gone(self) -> Options:
        """The options of a removal."""
        return {**self.named, **self.removal, "state": "absent"}

    def change(self, option: str, value: t.Any) -> Options:
        """The options of a run that changes one of them."""
        extra = self.always if option in self.unseen else {}
        return {**self.named, **self.beside, **extra, option: value}

    def all_changed(self) -> Options:
        """Everything, with the first other value of each option."""
        return {**self.whole, **{option: values[0] for option, values in self.changes.items()}}

    def shown(self, option: str, value: t.Any) -> t.Any:
        """What a result shows for the value."""
        return self.shows[option](value) if option in self.shows else value


def samples() -> list[Sample]:
    """The samples of all entities: one file each."""
    names = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in ("sample", "__init__"))
    return [importlib.import_module(f"tests.entities.{name}").SAMPLE for name in names]
