# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What needs no cluster: how a command ended, which proxy it takes, which pods hold a GPU, what a mode comes to."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils import _exec as execution
from ansible_collections.clearml.enterprise.plugins.module_utils import _mig as mig
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import KubeError

SUCCESS = {"status": "Success"}


class Frames:
    """A socket that has everything already."""

    def __init__(self, *frames: bytes | str) -> None:
        self._frames = iter(frames)

    def recv(self) -> bytes | str:
        """The next one; empty at the end."""
        return next(self._frames, b"")


def status(document: t.Mapping[str, t.Any]) -> bytes:
    return b"\x03" + json.dumps(document).encode()


def test_output_comes_in_parts_and_from_two_places() -> None:
    """A character may be cut in two."""
    frames = Frames(b"\x01a\xc3", b"\x02oops ", b"\x01\xa4", status(SUCCESS))
    assert execution._listen(frames, "x") == execution.Done(0, "aä", b"a\xc3oops \xa4".decode(errors="replace"))


def test_how_a_command_ended() -> None:
    failed = {"status": "Failure", "details": {"causes": [{"reason": "ExitCode", "message": "6"}]}}
    assert execution._listen(Frames(status(failed)), "x").code == 6
    with pytest.raises(KubeError, match="x could not be run: no such container"):
        execution._listen(Frames(status({"status": "Failure", "message": "no such container"})), "x")
    with pytest.raises(KubeError, match="The connection ended before x did"):
        execution._listen(Frames(b"\x01a"), "x")


def test_only_the_clusters_own_proxy_counts() -> None:
    assert execution._through("") == {"http_no_proxy": ["*"]}
    found = execution._through("http://me:hush@proxy.test:3128")
    assert (found["http_proxy_host"], found["http_proxy_port"]) == ("proxy.test", 3128)
    assert found["http_proxy_auth"] == ("me", "hush")


@pytest.mark.parametrize(
    ("limits", "holds"),
    [
        ({"nvidia.com/gpu": "1"}, True),
        ({"nvidia.com/mig-1g.10gb": 1}, True),
        ({"nvidia.com/gpu": "0"}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("part", ["containers", "initContainers"])
def test_pods_that_hold_gpus(limits: t.Mapping[str, t.Any], holds: bool, part: str) -> None:
    spec: dict[str, t.Any] = {"containers": [{"name": "a"}], "initContainers": None}
    spec[part] = [{"name": "b", "resources": {"limits": limits}}]
    assert mig._takes_gpus({"spec": spec}) is holds


def test_a_gpu_without_a_mode_is_never_divided() -> None:
    gpu = mig.Gpu(0, "GPU-0", "Tesla T4", mig.NO_MODE, mig.NO_MODE)
    assert (gpu.has("Disabled"), gpu.will_have("Disabled")) == (True, True)
    assert (gpu.has("Enabled"), gpu.will_have("Enabled")) == (False, False)
