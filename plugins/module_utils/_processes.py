# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What killed processes leave behind: folders that are named after the process that works in them."""

from __future__ import annotations

import os
import shutil


def sweep(folder: str, prefix: str) -> None:
    """Remove the folders ``<prefix><process>`` or ``<prefix><process>-...`` of processes that are gone."""
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        owner = name.removeprefix(prefix).partition("-")[0] if name.startswith(prefix) else ""
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(os.path.join(folder, name), ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
