# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The GPUs of the nodes, and nvidia-smi as far as it shows and changes their MIG mode.

A mode is what is in force (``current``) and what will be after a reset or a reboot (``pending``). Output and exit codes
are those of the driver's own program.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from lab.kube.device_plugin import offer
from lab.kube.documents import Json, clone, dig
from lab.kube.objects.store import Store
from lab.kube.scripts import Outcome

ON, OFF, NONE = "Enabled", "Disabled", "[N/A]"
_NOT_SUPPORTED, _INVALID, _NOT_FOUND, _IN_USE = 3, 2, 6, 19
#: The operator's pods have the driver's programs; others have them if they were given a GPU.
_OPERATORS = "nvidia-"
_COUNT = "nvidia.com/gpu.count"


class GpuError(ValueError):
    """GPUs that make no sense."""


@dataclass
class Gpu:
    """One GPU.

    ``processes`` are names of programs that compute on it; ``instances`` are MIG profiles such as ``1g.10gb``.
    ``takes`` says what puts another mode into force: ``nothing``, or a ``reboot``.
    """

    model: str = "NVIDIA A100-SXM4-80GB"
    uuid: str = ""
    current: str = OFF
    pending: str = OFF
    processes: list[str] = field(default_factory=list)
    instances: list[str] = field(default_factory=list)
    takes: str = "nothing"

    def __post_init__(self) -> None:
        if not {self.current, self.pending} <= {ON, OFF, NONE} or self.takes not in ("nothing", "reboot"):
            raise GpuError(f"current and pending are {ON}, {OFF} or {NONE}; takes is nothing or reboot")

    @property
    def is_divided(self) -> bool:
        """Whether its MIG mode is on."""
        return self.current == ON


class Gpus:
    """Those of one cluster. A node that nobody spoke of has as many as its label says."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._gpus: dict[str, list[Gpu]] = {}
        self._offers: dict[str, dict[str, int]] = {}

    def of(self, node: str) -> list[Gpu]:
        """A node's GPUs."""
        if node not in self._gpus:
            amount = dig(self._store.get("nodes", "", node), "metadata", "labels", _COUNT, default=0)
            if not int(amount):
                return []
            self._put(node, [Gpu() for _number in range(int(amount))])
        return self._gpus[node]

    def order(self, node: str, gpus: list[Json]) -> None:
        """Say what GPUs a node has, with the fields of Gpu."""
        try:
            self._put(node, [Gpu(**one) for one in gpus])
        except TypeError as error:
            raise GpuError(str(error)) from None
        self.show(node)

    def _put(self, node: str, gpus: list[Gpu]) -> None:
        for index, gpu in enumerate(gpus):
            gpu.uuid = gpu.uuid or f"GPU-{node}-{index}"
        self._gpus[node] = gpus

    def as_json(self) -> Json:
        """All GPUs by node."""
        names = [node["metadata"]["name"] for node in self._store.all("nodes")]
        return {name: [asdict(gpu) for gpu in self.of(name)] for name in names}

    def clear(self) -> None:
        """As at the start."""
        self._gpus.clear()

    def forget(self) -> None:
        """The nodes are others now: what they offer may be of another time."""
        self._offers.clear()

    def reboot(self, node: str) -> None:
        """What is pending comes into force; no process and no instance outlives this."""
        for gpu in self.of(node):
            gpu.current, gpu.processes, gpu.instances = gpu.pending, [], []
        self.show(node)

    def show(self, node: str) -> None:
        """Let a node offer what its device plugin says, as soon as that is something else than before."""
        live = self._store.get("nodes", "", node)
        if live is None or not self.of(node):
            return
        now = offer(self._store, live, self.of(node))
        if now == self._offers.get(node):
            return
        new: Json = clone(live)
        for part in ("capacity", "allocatable"):
            known = new["status"].get(part) or {}
            before = self._offers.get(node, [name for name in known if name.startswith("nvidia.com/")])
            kept = {name: amount for name, amount in known.items() if name not in before}
            new["status"][part] = kept | {name: str(amount) for name, amount in now.items()}
        self._offers[node] = now
        if new != live:
            self._store.put("nodes", new)

    def run(self, pod: Json, container: Json, command: list[str]) -> Outcome | None:
        """Execute nvidia-smi in a container that has it; None for anything else."""
        node = dig(pod, "spec", "nodeName", default="")
        if command[0] != "nvidia-smi" or not self.of(node) or not _has_programs(pod, container):
            return None
        text, code = self._answer(node, " ".join(command[1:]))
        return Outcome(stdout=text, stderr="", exit_code=code, node_labels={}, node_resources={})

    def _answer(self, node: str, line: str) -> tuple[str, int]:
        gpus = self.of(node)
        if match := re.fullmatch(r"--query-gpu=(\S+) --format=csv,noheader", line):
            rows = [_row(index, gpu, match[1].split(",")) for index, gpu in enumerate(gpus)]
        elif match := re.fullmatch(r"--query-compute-apps=(\S+) --format=csv,noheader", line):
            rows = [
                _process(gpu, number, name, match[1].split(","))
                for gpu in gpus
                for number, name in enumerate(gpu.processes)
            ]
        elif match := re.fullmatch(r"(?:-i (\d+) )?-mig ([01])", line):
            mode = ON if match[2] == "1" else OFF
            return self._chosen(node, match[1], lambda index, gpu: _switch(index, gpu, mode))
        elif match := re.fullmatch(r"mig (?:-i (\d+) )?-d([cg])i", line):
            what = match[2]
            return self._chosen(node, match[1], lambda index, gpu: _destroy(index, gpu, what))
        else:
            return f"Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n({line})\n", _INVALID
        wrong = [row for row in rows if "Field" in row]
        return "".join(f"{row}\n" for row in wrong[:1] or rows), _INVALID if wrong else 0

    def _chosen(self, node: str, index: str | None, change: Change) -> tuple[str, int]:
        gpus = self.of(node)
        if index is not None and int(index) >= len(gpus):
            return f"No devices were found: {index}\n", _NOT_FOUND
        answers = [change(number, gpu) for number, gpu in enumerate(gpus) if index in (None, str(number))]
        self.show(node)
        code = max(code for _text, code in answers)
        return "".join(text for text, _code in answers) + ("" if code else "All done.\n"), code


Change = Callable[[int, Gpu], tuple[str, int]]


def _has_programs(pod: Json, container: Json) -> bool:
    limits = dig(container, "resources", "limits", default={})
    app = str(dig(pod, "metadata", "labels", "app", default=""))
    return app.startswith(_OPERATORS) or any(name.startswith("nvidia.com/") for name in limits)


def _row(index: int, gpu: Gpu, fields: list[str]) -> str:
    known = {
        "index": str(index),
        "uuid": gpu.uuid,
        "name": gpu.model,
        "mig.mode.current": gpu.current,
        "mig.mode.pending": gpu.pending,
    }
    return _fields(known, fields)


def _process(gpu: Gpu, number: int, name: str, fields: list[str]) -> str:
    # A process in an instance is listed under that.
    uuid = f"MIG-{gpu.uuid}-{number}" if gpu.current == ON else gpu.uuid
    return _fields({"gpu_uuid": uuid, "pid": str(4000 + number), "process_name": name}, fields)


def _fields(known: dict[str, str], fields: list[str]) -> str:
    unknown = [name for name in fields if name not in known]
    return f'Field "{unknown[0]}" is not a valid field to query.' if unknown else ", ".join(known[n] for n in fields)


def _bus(index: int) -> str:
    return f"00000000:{index + 1:02X}:00.0"


def _switch(index: int, gpu: Gpu, mode: str) -> tuple[str, int]:
    verb = "enable" if mode == ON else "disable"
    if gpu.current == NONE:
        text = f"Unable to {verb} MIG Mode for GPU {_bus(index)}: Not Supported\nTreating as warning and moving on.\n"
        return text, 0
    if gpu.instances and mode == OFF:
        return f"Unable to disable MIG Mode for GPU {_bus(index)}: In use by another client\n", _IN_USE
    gpu.pending = mode
    if gpu.current == mode:
        return f"{verb.capitalize()}d MIG Mode for GPU {_bus(index)}\n", 0
    if gpu.processes or gpu.takes == "reboot":
        return (
            f"Warning: MIG mode is in pending {verb} state for GPU {_bus(index)}:In use by another client\n"
            f"{_bus(index)} is currently being used by one or more other processes (e.g. CUDA application or a "
            "monitoring application such as another instance of nvidia-smi). Please first kill all processes using the "
            "device and retry the command or reboot the system to make MIG mode effective.\n"
        ), 0
    gpu.current = mode
    return f"{verb.capitalize()}d MIG Mode for GPU {_bus(index)}\n", 0


def _destroy(index: int, gpu: Gpu, what: str) -> tuple[str, int]:
    kind = "compute" if what == "c" else "GPU"
    if gpu.current != ON:
        return f"No MIG-supported devices found: GPU {index}\n", _NOT_FOUND
    if not gpu.instances:
        return f"No {kind} instances found: Not Found\n", _NOT_FOUND
    if gpu.processes:
        return f"Unable to destroy {kind} instance ID  0 from GPU {index:2}: In use by another client\n", _IN_USE
    if what == "c":
        return f"Successfully destroyed compute instance ID  0 from GPU {index:2} GPU instance ID  7\n", 0
    gpu.instances = []
    return f"Successfully destroyed GPU instance ID  7 from GPU {index:2}\n", 0
