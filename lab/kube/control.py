# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for the control API, for tests."""

from __future__ import annotations

from typing import Any

from lab.control_client import ControlClient, ControlError, Json

__all__ = ["Control", "ControlError", "Json"]


class Control(ControlClient):
    """One cluster's control API; every method is one request."""

    def state(self) -> Json:
        """All objects."""
        return self._object("GET", "/state")

    def reset(self) -> None:
        """As just started: fresh objects, empty log, no faults, orders or scripts."""
        self._call("POST", "/reset")

    def requests(self) -> list[Json]:
        """The request log, oldest first; the data of Secrets is masked."""
        return self._list("GET", "/requests")

    def counts(self) -> Json:
        """total, reads, writes, writes_done, dry_runs, errors (numbers), by_request (``create pods`` and the like)."""
        return self._object("GET", "/counts")

    def order_fault(self, action: str, **order: Any) -> int:
        """Order a fault (see lab.kube.faults.Fault); answers its id."""
        return int(self._call("POST", "/faults", {"action": action, **order})["id"])

    def orders(self) -> list[Json]:
        """What is ordered for pods."""
        return self._list("GET", "/orders")

    def crash(self, message: str = "crashed", **about: str) -> int:
        """Let containers crash; ``about`` are the patterns of lab.kube.orders.Order.  Answers the order's id."""
        return int(self._call("POST", "/orders", {"what": "crash", "message": message, **about})["id"])

    def never_ready(self, **about: str) -> int:
        """Let containers run and never become ready."""
        return int(self._call("POST", "/orders", {"what": "never_ready", **about})["id"])

    def log(self, message: str, **about: str) -> int:
        """What containers have written."""
        return int(self._call("POST", "/orders", {"what": "log", "message": message, **about})["id"])

    def clear_orders(self, number: int | None = None) -> None:
        """Cancel one order, or all; pods that crashed start again."""
        self._call("DELETE", "/orders" if number is None else f"/orders?id={number}")

    def add_script(self, command: str, **script: Any) -> int:
        """Say what a command prints (see lab.kube.scripts.Script); answers the script's id."""
        return int(self._call("POST", "/scripts", {"command": command, **script})["id"])

    def scripts(self) -> list[Json]:
        """The scripted commands, with how often each was run."""
        return self._list("GET", "/scripts")

    def clear_scripts(self) -> None:
        """Forget scripts and variables."""
        self._call("DELETE", "/scripts")

    def variables(self) -> Json:
        """The variables that scripts read and set, by node."""
        return self._object("GET", "/variables")

    def set_variables(self, node: str, **values: str) -> None:
        """Set variables of a node."""
        self._call("PATCH", "/variables", {node: values})

    def set_access(self, reviews: str = "rules", denials: list[Json] | None = None) -> None:
        """Deny rights, and say how access reviews are answered (see lab.kube.cluster.Access)."""
        self._call("PUT", "/access", {"reviews": reviews, "denials": denials or []})

    def set_settings(self, **settings: float) -> None:
        """Change settings (see lab.kube.cluster.Settings)."""
        self._call("PATCH", "/settings", settings)

    def nodes(self) -> list[Json]:
        """The nodes."""
        return self._list("GET", "/nodes")

    def gpus(self, node: str) -> list[Json]:
        """The GPUs of a node (see lab.kube.gpus.Gpu)."""
        found: list[Json] = self._object("GET", "/gpus")[node]
        return found

    def set_gpus(self, node: str, *gpus: Json) -> None:
        """Say what GPUs a node has; what is left out of one is as in a new A100."""
        self._call("PATCH", "/gpus", {node: gpus})

    def reboot(self, node: str, seconds: float = 0.2, comes_back: bool = True) -> None:
        """Let a node go down at once, and come back after some seconds with another boot ID."""
        self._call("POST", "/reboots", {"node": node, "seconds": seconds, "comes_back": comes_back})
