# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A key pair that lives in a Secret of Kubernetes: the server shows a secret once, and there it is kept.

The order is what makes a run that is cut anywhere harmless: the cluster says first that it would take the Secret, then
the pair is made, then it is written, then the pairs that it replaces are revoked. A pair that no Secret holds is of no
use to anybody; the next run finds it by its label and revokes it.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from ansible_collections.clearml.enterprise.plugins.module_utils._converge import Outcome, converge, look
from ansible_collections.clearml.enterprise.plugins.module_utils._entity import (
    Action,
    Desired,
    Entity,
    Row,
    Values,
    no_objection,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import ClearMLError, NotApplied, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._kept_secret import KeptSecret, checksum, lost
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import KubeError
from ansible_collections.clearml.enterprise.plugins.module_utils._world import World, require

#: Stands in the dry run for the pair that is not made yet.
NOT_YET = "not-made-yet"


@dataclass
class StoredOutcome(Outcome):
    """The same, and what the Secret has come to.

    :ivar store: name, namespace and checksum of the Secret (null where the real run makes the pair); empty once removed
    :ivar replaced: pairs of the label that the Secret does not hold, and that were to be kept
    :ivar unborn: the Secret's namespace as a phrase, if check mode takes it as made
    """

    store: Values = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    unborn: str = ""


class PairStore:
    """The pairs of one label, and the Secret that has to hold one of them.

    :param keys: the Secret's keys for access key and secret
    :param excess: how many of the user's pairs have to go before one more can be made
    :param hide: takes a text that must not be shown
    :raises Refused: if the pair in the Secret has another label
    """

    def __init__(
        self,
        entity: Entity,
        world: World,
        desired: Desired,
        secret: KeptSecret,
        keys: tuple[str, str],
        excess: t.Callable[[World], int],
        hide: t.Callable[[str], None],
    ) -> None:
        if not world.own.read_only:
            require(world)
        self.entity, self.world, self.desired, self.secret, self.keys = entity, world, desired, secret, keys
        self._excess = excess
        self._hide = hide
        label = desired.values[entity.key]
        rows = [] if world.unborn else look(entity, world, desired)
        held = secret.texts.get(keys[0])
        self.held = next((row for row in rows if row.id == held), None)
        self.others = [row for row in rows if row.values.get(entity.key) == label and row is not self.held]
        self._known = {row.id for row in rows}
        if self.held is not None and self.held.values.get(entity.key) != label:
            raise Refused(
                f"The Secret {secret.full_name} holds the pair {held} with the {entity.key} "
                f"{self.held.values.get(entity.key)!r}, not {label!r}. Give that {entity.key}, or another Secret"
            )

    def present(self) -> StoredOutcome:
        """See to it that the Secret holds a pair that works, and that no other pair of the label does.

        :raises Refused: or InvalidInput, KubeError before anything is made
        :raises NotApplied: if the Secret could not be written after all; the new pair is revoked again then
        """
        self._check_secret()
        steering = self.desired.steering
        if self.held is None or expires(self.held, steering["renew_before"] or 0):
            return self._replace()
        texts = {key: self.secret.texts[key] for key in self.keys}
        doomed = [] if steering["keep_replaced"] else self.others
        kept = [row for row in self.others if row not in doomed]
        outcome = self._outcome(texts, shown(self.held), kept)
        self._may_go(doomed)
        writing = self.secret.writing({})
        outcome.actions = self._revoke(doomed) + writing
        if writing:
            self.secret.write({})
        outcome.state = {"id": self.held.id, **self.held.values}
        return self._told(outcome, texts)

    def absent(self) -> StoredOutcome:
        """Revoke all pairs of the label, and remove the Secret."""
        doomed = [row for row in (self.held, *self.others) if row is not None]
        self._may_go(doomed)
        self.secret.remove(dry_run=True)
        before, _rest = self.secret.diff(self.secret.texts)
        outcome = StoredOutcome((), {"credentials": [shown(row) for row in doomed], **before}, {"credentials": []}, {})
        removal = self.secret.removal()
        outcome.actions = self._revoke(doomed) + removal
        self.secret.remove()
        return outcome

    def _replace(self) -> StoredOutcome:
        """Make a pair, write it, revoke the others."""
        # What no Secret holds, or has ended, may go before the new pair is made, if there is no room for both.
        old = [self.held] if self.held is not None else []
        spare = [*(row for row in old if expires(row, 0)), *self.others]
        self.entity.guard(self.world, self._with(leaving=len(spare)), None)
        first = [] if self.world.unborn else spare[: max(0, self._excess(self.world))]
        rest = [row for row in (*old, *self.others) if row not in first]
        later = [] if self.desired.steering["keep_replaced"] else rest
        self._may_go([*first, *later])
        not_yet = dict.fromkeys(self.keys, NOT_YET)
        self.secret.write(not_yet, dry_run=True)
        new = {name: value for name, value in self.desired.values.items() if value is not None}
        outcome = self._outcome(not_yet, new, [row for row in rest if row not in later])
        writing = self.secret.writing(not_yet)
        outcome.actions = self._revoke(first)
        made = converge(self._only_new(), self.world, self.desired)
        outcome.actions += made.actions + writing
        outcome.state = made.state
        texts: dict[str, str] = {}
        if not self.world.own.read_only:
            pair = made.answer["credentials"]
            texts = {self.keys[0]: pair["access_key"], self.keys[1]: pair["secret_key"]}
            self._hide(pair["secret_key"])
            self._write(texts)
        outcome.actions += self._revoke(later)
        return self._told(outcome, texts)

    def _outcome(self, texts: t.Mapping[str, str], pair: Values, kept: list[Row]) -> StoredOutcome:
        """What will come of it, as far as it is known before anything is written."""
        old = [shown(row) for row in (self.held, *self.others) if row is not None]
        before, after = self.secret.diff(texts)
        return StoredOutcome(
            (),
            {"credentials": old, **before},
            {"credentials": [pair, *(shown(row) for row in kept)], **after},
            {},
            replaced=[row.id for row in kept],
            unborn=self.secret.unborn,
        )

    def _told(self, outcome: StoredOutcome, texts: t.Mapping[str, str]) -> StoredOutcome:
        """The same with the Secret as it has become."""
        known = checksum(texts) if texts else None
        outcome.store = {"name": self.secret.name, "namespace": self.secret.namespace, "checksum": known}
        return outcome

    def _check_secret(self) -> None:
        """Refuse a Secret that exists and holds no pair.

        :raises Refused: naming the key
        """
        texts = self.secret.texts
        wrong = [key for key in self.keys if not texts.get(key) or texts[key] != "".join(texts[key].split())]
        if self.secret.document is not None and wrong:
            raise Refused(
                f"The Secret {self.secret.full_name} exists, and its key {wrong[0]!r} is missing or holds no key. If "
                "nothing else uses the Secret, delete it to have a new pair made; otherwise name its keys with "
                "store.access_key_name and store.secret_key_name"
            )

    def _with(self, **steering: t.Any) -> Desired:
        return replace(self.desired, steering={**self.desired.steering, **steering})

    def _gone(self, row: Row) -> Desired:
        return Desired({self.entity.key: row.values.get(self.entity.key)}, "absent", row.id)

    def _may_go(self, rows: t.Iterable[Row]) -> None:
        for row in rows:
            self.entity.guard(self.world, self._gone(row), row)

    def _revoke(self, rows: t.Iterable[Row]) -> tuple[Action, ...]:
        return tuple(act for row in rows for act in converge(self.entity, self.world, self._gone(row)).actions)

    def _only_new(self) -> Entity:
        """The entity as if the user had none of the pairs that there were: one more is made, whatever its label."""

        def read(world: World, desired: Desired) -> list[Values]:
            return [raw for raw in self.entity.read(world, desired) if raw.get(self.entity.id_path) not in self._known]

        return replace(self.entity, read=read, guard=no_objection)

    def _write(self, texts: dict[str, str]) -> None:
        """Write the new pair into the Secret, or revoke it."""
        try:
            try:
                self.secret.write(texts)
            except KubeError as error:
                if not lost(error):
                    raise
                before = self.secret.texts
                self.secret.look()
                if self.secret.texts != before and self.secret.changes(texts):
                    raise
                self.secret.write(texts)
        except ClearMLError as error:
            raise NotApplied(f"{error}. {self._undo(texts[self.keys[0]])}") from None

    def _undo(self, access_key: str) -> str:
        try:
            self._revoke([Row(access_key, {self.entity.key: self.desired.values[self.entity.key]})])
        except ClearMLError as error:
            return f"The new pair {access_key} could not be revoked ({error}); the next run does so"
        return f"The new pair {access_key} was revoked again"


def expires(row: Row, within: int) -> bool:
    """Whether a pair ends within so many seconds, or has ended."""
    end = row.values.get("expire")
    if not end:
        return False
    moment = datetime.fromisoformat(str(end).replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment - datetime.now(timezone.utc) <= timedelta(seconds=within)


def shown(row: Row) -> Values:
    """A pair as a diff shows it."""
    return {"access_key": row.id, **row.values}
