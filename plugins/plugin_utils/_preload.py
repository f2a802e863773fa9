# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of this collection import, imported once by the process that forks a worker for each of them.

Ansible forks for every task and every host, and a child's imports end with it: without this, a third of a quiet run is
the same libraries over and over.  Ansible's own process loads an action plugin that has the name of a task before it
forks, and the playbooks begin with such a task.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

MODULES = "ansible_collections.clearml.enterprise.plugins.modules"


def preload() -> None:
    """Import all modules, and the libraries that they import only when they need them."""
    folder = importlib.import_module(MODULES)
    names = [f"{MODULES}.{one.name}" for one in pkgutil.iter_modules(folder.__path__)]
    for name in (*names, "kubernetes.client.api_client", "kubernetes.config", "requests"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
