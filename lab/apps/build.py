# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs the archive; the same applications always make the same bytes.

Its two scripts come in two ages, which want different arguments: PASSWORD is the older, KEY the newer.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PASSWORD, KEY = "password", "key"
_SCRIPTS = ("upload_apps.py", "convert_image_registry.py")
_CONFIGURATION = """\
# What the web interface shows.
name: "{name}"
id: "{id}"
version: "{version}"
provider: "ClearML"
description: "{name}, to include in tests {{ \\"all\\" of them }}"
icon: "${{ASSET:icon.png}}"
category: "General"
details_page: "task"
default_queue: "services"
task {{
  id: "not the application's"
  script {{ repository: "https://git.example/apps.git", entry_point: "main.py" }}
  container {{ image: "allegroai/clearml-apps:{id}-{version}-1062" }}
}}
wizard {{ entries: [{{ name: queue, title: "Queue" }}] }}
"""


@dataclass(frozen=True)
class Application:
    """One application in one version."""

    id: str
    version: str
    name: str

    @property
    def file_name(self) -> str:
        """The name of its package."""
        return f"{self.id}-{self.version}.zip"


APPLICATIONS = (
    Application("gpu-compute", "1.4.0", "GPU Compute"),
    Application("hpo", "1.10.0", "Hyperparameter Optimization"),
    Application("jupyter", "2.0.1", "JupyterLab"),
)


@cache
def archive(age: str = KEY, applications: tuple[Application, ...] = APPLICATIONS) -> bytes:
    """apps.zip, as ClearML hands it over."""
    here, newer = Path(__file__).parent, f'AGE = "{KEY}"'
    scripts = {name: here.joinpath(name).read_text().replace(newer, f'AGE = "{age}"').encode() for name in _SCRIPTS}
    return packed(scripts | {f"apps/{one.file_name}": package(one) for one in applications})


def package(application: Application) -> bytes:
    """The package of one application: its configuration and its pictures."""
    given = {"id": application.id, "version": application.version, "name": application.name}
    configuration = _CONFIGURATION.format(**given).encode()
    return packed({f"{application.id}.app.conf": configuration, "assets/icon.png": b"\x89PNG"})


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, without anything of the machine that makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()
