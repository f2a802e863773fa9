# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the sources of charts answer."""

from __future__ import annotations

from lab.charts.build import BITNAMI, CLASSIC, NVIDIA
from lab.registry.server import NAMESPACE
from lab.serving import HOST


class Addresses:
    """For a class that has the port."""

    port: int
    token: str

    @property
    def classic_url(self) -> str:
        """The Helm repository; the token is user name and password."""
        return self._repository(CLASSIC)

    @property
    def oci_prefix(self) -> str:
        """The registry: ``<this>/<chart>``; the user name is ``username``."""
        return f"oci://{HOST}:{self.port}/{NAMESPACE}"

    @property
    def nvidia_url(self) -> str:
        """The Helm repository of NVIDIA, for everybody."""
        return self._repository(NVIDIA)

    @property
    def bitnami_url(self) -> str:
        """The Helm repository of Bitnami, for everybody."""
        return self._repository(BITNAMI)

    def applications_url(self, age: str) -> str:
        """An archive of GUI applications; whoever knows the address may have it."""
        return f"https://{HOST}:{self.port}/applications/{self.token}/{age}/apps.zip"

    def _repository(self, name: str) -> str:
        return f"https://{HOST}:{self.port}/{name}"
