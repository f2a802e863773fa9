# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Lease of Kubernetes: who may do something that only one may do at a time."""

from __future__ import annotations

import datetime
import typing as t
from dataclasses import dataclass

from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object

VERSION, KIND = "coordination.k8s.io/v1", "Lease"
STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True)
class Claim:
    """Whose the Lease is after somebody asked for it.

    :ivar ends: when it may be taken away, if it is not renewed; empty if nobody has it
    """

    held: bool
    holder: str
    ends: str
    changed: bool

    def describe(self) -> dict[str, t.Any]:
        """The claim in a result."""
        return {"changed": self.changed, "held": self.held, "holder": self.holder, "ends": self.ends}


@dataclass
class Lease:
    """One Lease, and somebody who wants it.

    :ivar duration: seconds after which one that was not renewed may be taken away
    """

    kube: Kube
    name: str
    namespace: str
    holder: str
    duration: int
    now: t.Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.timezone.utc)

    def hold(self) -> Claim:
        """Take it if it is free, ended or ours. Of two who ask at once, the server serves one."""
        live = self._find()
        if live is not None and not self._is_free(live):
            return self._told(live)
        moment = self.now()
        if not self.kube.read_only:
            try:
                self._write(live, moment)
            except KubeError as error:
                if error.status != 409:
                    raise
                return self._told(self._find() or {})
        return Claim(True, self.holder, _stamp(moment + datetime.timedelta(seconds=self.duration)), changed=True)

    def release(self) -> Claim:
        """Give it back if it is ours."""
        live = self._find()
        if live is None or _spec(live).get("holderIdentity") != self.holder:
            return self._told(live or {})
        if not self.kube.read_only:
            self.kube.delete(live)
        return Claim(False, "", "", changed=True)

    def _find(self) -> Object | None:
        return self.kube.find(VERSION, KIND, self.name, self.namespace)

    def _write(self, live: Object | None, moment: datetime.datetime) -> None:
        spec = {"holderIdentity": self.holder, "leaseDurationSeconds": self.duration, "renewTime": _stamp(moment)}
        metadata: dict[str, t.Any] = {"name": self.name, "namespace": self.namespace}
        document: Object = {"apiVersion": VERSION, "kind": KIND, "metadata": metadata}
        if live is None:
            self.kube.create({**document, "spec": {**spec, "acquireTime": _stamp(moment)}})
            return
        if _spec(live).get("holderIdentity") != self.holder:
            spec |= {
                "acquireTime": _stamp(moment),
                "leaseTransitions": int(_spec(live).get("leaseTransitions") or 0) + 1,
            }
        # Whoever was faster has made the version another one.
        version = {"resourceVersion": live["metadata"]["resourceVersion"]}
        self.kube.patch(document, {"metadata": version, "spec": spec})

    def _is_free(self, live: Object) -> bool:
        return _spec(live).get("holderIdentity") in (None, "", self.holder) or self.now() >= _end(live)

    def _told(self, live: Object) -> Claim:
        holder = str(_spec(live).get("holderIdentity") or "")
        return Claim(False, holder, _stamp(_end(live)) if holder else "", changed=False)


def _spec(live: Object) -> dict[str, t.Any]:
    return live.get("spec") or {}


def _end(live: Object) -> datetime.datetime:
    """When it ends; one that says nothing has ended."""
    text = str(_spec(live).get("renewTime") or _spec(live).get("acquireTime") or "1970-01-01T00:00:00Z")
    begun = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return begun + datetime.timedelta(seconds=int(_spec(live).get("leaseDurationSeconds") or 0))


def _stamp(moment: datetime.datetime) -> str:
    return moment.strftime(STAMP)
