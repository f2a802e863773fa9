# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The MIG mode of one node's GPUs: read and written with nvidia-smi in the device plugin's pod, told by labels.

A mode that was asked for is pending until the GPU is reset or its node reboots. A label that invites pods has to wait
for that; a label that goes has to go first, so that nobody divides a GPU whose instances are about to be destroyed.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.clearml.enterprise.plugins.module_utils._entity import Action, Call
from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, NotApplied, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._exec import Done, execute
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube, KubeError, Object
from ansible_collections.clearml.enterprise.plugins.module_utils._nodes import (
    PAUSE,
    is_ready,
    label,
    node_named,
    pods_on,
    some_pods,
)

#: The words of nvidia-smi, by those of the option.
MODES = {"enabled": "Enabled", "disabled": "Disabled"}
#: Of a GPU that cannot be divided.
NO_MODE = "[N/A]"
SMI = "nvidia-smi"
QUERY = (SMI, "--query-gpu=index,uuid,name,mig.mode.current,mig.mode.pending", "--format=csv,noheader")
PROCESSES = (SMI, "--query-compute-apps=gpu_uuid,pid,process_name", "--format=csv,noheader")
#: nvidia-smi's exit code when there is no instance to destroy.
NOT_FOUND = 6

Labels: t.TypeAlias = "t.Mapping[str, str | None]"


@dataclass(frozen=True)
class Gpu:
    """A GPU as nvidia-smi tells of it."""

    index: int
    uuid: str
    model: str
    current: str
    pending: str

    def has(self, mode: str) -> bool:
        """Whether a mode is in force; one that cannot be divided never is."""
        return self.current == mode or (mode == MODES["disabled"] and self.current == NO_MODE)

    def will_have(self, mode: str) -> bool:
        """Whether nothing but a reboot stands between the GPU and a mode."""
        return self.pending == mode or (mode == MODES["disabled"] and self.pending == NO_MODE)

    def shown(self) -> dict[str, str]:
        """For results."""
        return {"current": self.current, "pending": self.pending}


@dataclass(frozen=True)
class Wanted:
    """What was asked for.

    :ivar mode: in nvidia-smi's word
    :ivar gpus: indices; empty for all of them
    :ivar labels: null ones go first, the others come once the mode is in force
    :ivar rebooted: take what is pending as in force, as a check run behind a reboot that it only foresees
    """

    mode: str
    gpus: tuple[int, ...]
    labels: Labels
    rebooted: bool


class Divided:
    """One node, its GPUs as they were found, and what has to be done.

    :ivar assumed: what a check run takes as there, as phrases
    :ivar actions: in order; complete after :meth:`carry_out`
    """

    def __init__(self, kube: Kube, node: str, namespace: str, selector: str, wait: int) -> None:
        self._kube = kube
        self._name = node
        self.node = node_named(kube, node)
        self.actions: list[Action] = []
        self.assumed: list[str] = []
        self._pod = self._find_pod(namespace, selector, 0 if kube.read_only else wait)
        self.before = [] if self._pod is None else read(kube, self._pod)
        self.after = self.before

    def _find_pod(self, namespace: str, selector: str, wait: int) -> Object | None:
        end = time.monotonic() + wait
        while True:
            pods = self._kube.every("v1", "Pod", namespace, selector)
            mine = [pod for pod in pods if (pod["spec"].get("nodeName") == self._name)]
            found = next((pod for pod in mine if is_ready(pod) and is_ready(self.node) and _stays(pod)), None)
            if found is not None:
                return found
            if time.monotonic() >= end:
                break
            time.sleep(PAUSE)
            self.node = node_named(self._kube, self._name)
        if not pods and self._kube.read_only:
            self.assumed.append(f"the device plugin on node {self._name!r}")
            return None
        raise KubeError(self._why_no_pod(mine, namespace, selector))

    def _why_no_pod(self, pods: list[Object], namespace: str, selector: str) -> str:
        where = f"No pod with label {selector} of namespace {namespace}"
        if not is_ready(self.node):
            return f"Node {self._name} is not ready, so that nobody can look at its GPUs; see kubectl describe node"
        if pods:
            return f"{where} is ready on node {self._name}; look at {some_pods(pods)}"
        if (self.node["metadata"].get("labels") or {}).get("nvidia.com/gpu.present") != "true":
            return (
                f"{where} runs on node {self._name}, and the node has no label nvidia.com/gpu.present=true: as far as "
                "the GPU operator can see, it has no GPU. Name a node that has some"
            )
        return f"{where} runs on node {self._name}; install the GPU operator, or look at its DaemonSets"

    def chosen(self, wanted: Wanted) -> list[Gpu]:
        """The GPUs that it is about.

        :raises InvalidInput: if one of those that were named does not exist, or cannot be divided
        """
        known = {gpu.index: gpu for gpu in self.after}
        missing = [index for index in wanted.gpus if index not in known]
        if missing:
            raise InvalidInput(
                f"Node {self._name} has no GPU {', '.join(map(str, missing))}; it has {', '.join(map(str, known))}. "
                "Correct gpus"
            )
        found = [known[index] for index in wanted.gpus] or self.after
        unable = [gpu for gpu in found if gpu.current == NO_MODE and not gpu.has(wanted.mode)]
        if unable:
            names = ", ".join(f"GPU {gpu.index} ({gpu.model})" for gpu in unable)
            raise InvalidInput(f"Node {self._name}: {names} cannot be divided. Name the others in gpus")
        return found

    def carry_out(self, wanted: Wanted) -> None:
        """Do what differs; a check run only lists it.

        :raises Refused: if a GPU that has to change is in use, before anything is done
        :raises NotApplied: if nvidia-smi did not do it
        """
        changing = self._changing(wanted)
        if changing and not self.assumed:
            self._refuse_busy(changing)
        leaving = {key: None for key, value in wanted.labels.items() if value is None}
        self._label(leaving)
        for gpu in changing:
            self._switch(gpu, wanted.mode)
        if changing and not self._kube.read_only:
            self._read_back(wanted)
        elif not self.assumed:
            rows = {gpu.index: replace(gpu, current=wanted.mode, pending=wanted.mode) for gpu in changing}
            self.after = [rows.get(gpu.index, gpu) for gpu in self.before]
        if self.active(wanted):
            self._label({key: value for key, value in wanted.labels.items() if value is not None})

    def active(self, wanted: Wanted) -> bool:
        """Whether the mode is in force on all GPUs that it is about."""
        if wanted.rebooted and self._kube.read_only:
            return all(gpu.will_have(wanted.mode) for gpu in self.chosen(wanted))
        return bool(self.assumed) or all(gpu.has(wanted.mode) for gpu in self.chosen(wanted))

    def _changing(self, wanted: Wanted) -> list[Gpu]:
        if not self.assumed:
            return [gpu for gpu in self.chosen(wanted) if not gpu.will_have(wanted.mode)]
        # Nobody can look: a GPU that nobody has touched is not divided.
        if wanted.mode == MODES["disabled"]:
            return []
        count = (self.node["metadata"].get("labels") or {}).get("nvidia.com/gpu.count", "")
        indices = wanted.gpus or range(int(count) if count.isdigit() else 0)
        return [Gpu(index, "", "", MODES["disabled"], MODES["disabled"]) for index in indices]

    def _refuse_busy(self, gpus: list[Gpu]) -> None:
        what = f"The MIG mode of node {self._name} is not changed, and nothing was done: "
        pods = [pod for pod in pods_on(self._kube, self._name) if _takes_gpus(pod)]
        if pods:
            raise Refused(f"{what}its GPUs are given to {some_pods(pods)}. Wait until they are done, or remove them")
        known = {gpu.uuid for gpu in self.before}
        divided = any(gpu.has(MODES["enabled"]) for gpu in gpus)
        busy = []
        for row in self._smi(PROCESSES, reads=True).output.splitlines():
            uuid, _comma, process = row.partition(", ")
            # The processes of a divided GPU are listed under its instances.
            if uuid in {gpu.uuid for gpu in gpus} or (divided and uuid not in known):
                busy.append(process)
        if busy:
            names = "; ".join(sorted(busy)[:5])
            raise Refused(f"{what}processes (ID, program) use its GPUs: {names}. Stop them first")

    def _label(self, labels: Labels) -> None:
        action = label(self._kube, self.node, labels)
        if action is None:
            return
        self.actions.append(action)
        if not self._kube.read_only:
            self.node = self._kube.patch(self.node, {"metadata": {"labels": dict(labels)}})
            self.node |= {"apiVersion": "v1", "kind": "Node"}

    def _switch(self, gpu: Gpu, mode: str) -> None:
        one = (SMI, "-i", str(gpu.index), "-mig", "1" if mode == MODES["enabled"] else "0")
        instances = [(SMI, "mig", "-i", str(gpu.index), option) for option in ("-dci", "-dgi")]
        first = instances if mode == MODES["disabled"] and gpu.has(MODES["enabled"]) else []
        calls = tuple(Call(" ".join(command), {}) for command in (*first, one))
        self.actions.append(Action("update", "GPU", f"{self._name}/{gpu.index}", calls, ("mode",)))
        if self._kube.read_only:
            return
        for command in first:
            self._smi(command, fine=NOT_FOUND)
        self._smi(one)

    def _read_back(self, wanted: Wanted) -> None:
        if self._pod is not None:
            self.after = read(self._kube, self._pod)
        stubborn = [gpu for gpu in self.chosen(wanted) if not gpu.will_have(wanted.mode)]
        if stubborn:
            names = ", ".join(f"GPU {gpu.index} ({gpu.model})" for gpu in stubborn)
            raise NotApplied(
                f"Node {self._name}: nvidia-smi was asked for MIG mode {wanted.mode} and shows "
                f"{stubborn[0].pending} for {names}. Look at nvidia-smi -q there"
            )

    def _smi(self, command: t.Sequence[str], fine: int = 0, reads: bool = False) -> Done:
        if self._pod is None:
            raise InvalidInput(f"Nobody can look at the GPUs of node {self._name}")
        return _run(self._kube, self._pod, command, fine, reads)


def read(kube: Kube, pod: Object) -> list[Gpu]:
    """The GPUs that a pod sees.

    :raises KubeError: if nvidia-smi does not tell
    """
    rows = [row.split(", ") for row in _run(kube, pod, QUERY, 0, reads=True).output.splitlines()]
    return [Gpu(int(index), *rest) for index, *rest in rows]


def _run(kube: Kube, pod: Object, command: t.Sequence[str], fine: int, reads: bool) -> Done:
    done = execute(kube, pod, command, reads)
    if done.code not in (0, fine):
        said = " ".join(done.text.split())
        raise KubeError(f"{' '.join(command)} on node {pod['spec']['nodeName']} ended with {done.code}: {said}")
    return done


def _stays(pod: Object) -> bool:
    return not pod["metadata"].get("deletionTimestamp")


def _takes_gpus(pod: Object) -> bool:
    spec = pod["spec"]
    for container in [*spec["containers"], *(spec.get("initContainers") or [])]:
        # Requests of devices equal their limits.
        limits = (container.get("resources") or {}).get("limits") or {}
        if any(name.startswith("nvidia.com/") and str(amount) != "0" for name, amount in limits.items()):
            return True
    return False
