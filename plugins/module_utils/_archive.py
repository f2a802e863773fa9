# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a chart says about itself."""

from __future__ import annotations

import os
import tarfile
import typing as t

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput
from ansible_collections.clearml.enterprise.plugins.module_utils._yaml import documents_in


class Chart(t.NamedTuple):
    """A chart's own name and version."""

    name: str
    version: str


def described(chart: str) -> Chart:
    """The name and version of a chart in a file or folder.

    :raises InvalidInput: if it holds no chart
    """
    try:
        if os.path.isdir(chart):
            with open(os.path.join(chart, "Chart.yaml"), "rb") as file:
                (said,) = documents_in(file.read())
        else:
            with tarfile.open(chart) as archive:
                names = [name for name in archive.getnames() if name.count("/") == 1 and name.endswith("/Chart.yaml")]
                (said,) = documents_in(t.cast("t.IO[bytes]", archive.extractfile(names[0])).read())
        return Chart(str(said["name"]), str(said["version"]))
    except (OSError, tarfile.TarError, ValueError, EOFError, LookupError, TypeError) as error:
        raise InvalidInput(f"chart {chart} is no chart that can be read ({type(error).__name__})") from None
