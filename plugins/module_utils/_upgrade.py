# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bringing a release to what is wanted: compare its record first, and run helm only for a difference."""

from __future__ import annotations

import os
import time
import typing as t
from dataclasses import dataclass, field

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput, NotApplied, Refused
from ansible_collections.clearml.enterprise.plugins.module_utils._helm import Helm, HelmFailed
from ansible_collections.clearml.enterprise.plugins.module_utils._kube import Kube
from ansible_collections.clearml.enterprise.plugins.module_utils._manifest import live_differences
from ansible_collections.clearml.enterprise.plugins.module_utils._pods import why_not_ready
from ansible_collections.clearml.enterprise.plugins.module_utils._releases import (
    DEPLOYED,
    FAILED,
    UNINSTALLING,
    Release,
    newest,
)
from ansible_collections.clearml.enterprise.plugins.module_utils._values import (
    Difference,
    Path,
    as_yaml,
    changes,
    scrubbed,
    value_differences,
)

#: Seconds between two looks at what another helm is doing.
PAUSE = 2.0
#: Runs of helm that may meet another one which was faster.
ATTEMPTS = 3


@dataclass(frozen=True)
class Wanted:
    """What a release should be.

    :ivar chart: an archive, a folder, or anything else that helm takes; needed only if something differs
    :ivar chart_name: its name in Chart.yaml, to recognise a foreign release
    :ivar hidden: where values came from Secrets
    :ivar secrets: every secret among the values
    """

    name: str
    namespace: str
    chart: str
    chart_name: str
    version: str
    wait: bool
    timeout: int
    pending_timeout: int
    compare_live: bool
    create_namespace: bool
    keep_history: int
    values: dict[str, t.Any] = field(repr=False)
    hidden: frozenset[Path]
    secrets: frozenset[str] = field(repr=False)

    @property
    def where(self) -> str:
        """The release, in a message."""
        return f"release {self.name} in namespace {self.namespace}"


class Outcome(t.NamedTuple):
    """What was found, and what there is now."""

    before: Release | None
    after: Release | None
    differences: list[Difference]


def bring_about(kube: Kube, wanted: Wanted, helm: t.Callable[[], Helm]) -> Outcome:
    """Install or upgrade the release if it is not as wanted.

    :param helm: finds the program; not called if nothing differs
    :raises NotApplied: if helm was content and the release is still not as wanted
    """
    for attempt in range(1, ATTEMPTS + 1):
        before = settled(kube, wanted)
        differences = compare(kube, wanted, before)
        if not differences or kube.read_only:
            return Outcome(before, before, differences)
        if not wanted.chart:
            raise InvalidInput(f"The {wanted.where} differs from what is wanted; chart has to say where the chart is")
        try:
            _upgrade(kube, wanted, helm(), before)
            break
        except HelmFailed as error:
            _explain(kube, wanted, before, error, attempt)
    kube.wrote = True
    after = newest(kube, wanted.name, wanted.namespace)
    _verify(kube, wanted, after, any(one.kind == "live" for one in differences))
    return Outcome(before, after, differences)


def take_away(kube: Kube, wanted: Wanted, helm: t.Callable[[], Helm]) -> Outcome:
    """Uninstall the release if there is one. Claims of its StatefulSets stay."""
    before = settled(kube, wanted)
    if before is None:
        return Outcome(None, None, [])
    differences = [Difference("present", "status", before.status, None)]
    if kube.read_only:
        return Outcome(before, before, differences)
    kube.wrote = True
    try:
        _uninstall(wanted, helm())
    except HelmFailed as error:
        raise HelmFailed(f"helm could not remove the {wanted.where}: {error}") from None
    if newest(kube, wanted.name, wanted.namespace) is not None:
        raise NotApplied(f"helm reports the {wanted.where} as removed, and its record is still there")
    return Outcome(before, None, differences)


def settled(kube: Kube, wanted: Wanted) -> Release | None:
    """The release once no helm is at work on it, or once that one has to be taken for dead.

    A check run does not wait.
    """
    while True:
        release = newest(kube, wanted.name, wanted.namespace)
        if release is None or kube.read_only or not release.pending or release.age >= wanted.pending_timeout:
            return release
        time.sleep(PAUSE)


def compare(kube: Kube, wanted: Wanted, release: Release | None) -> list[Difference]:
    """What keeps the release from being as wanted.

    :raises InvalidInput: if it has to be installed and nobody says in which version
    :raises Refused: if the name belongs to a release of another chart
    """
    if release is None:
        if not wanted.version:
            raise InvalidInput(f"There is no {wanted.where} yet; a first install needs version")
        return [Difference("absent", "status", None, DEPLOYED), Difference("version", "version", None, wanted.version)]
    if wanted.chart_name and release.chart != wanted.chart_name:
        raise Refused(
            f"The {wanted.where} is of chart {release.chart}, not {wanted.chart_name}; "
            "remove it first, or give this one another name"
        )
    found = []
    if release.status != DEPLOYED:
        found.append(Difference("status", "status", release.status, DEPLOYED))
    if wanted.version and release.version != wanted.version:
        found.append(Difference("version", "version", release.version, wanted.version))
    found += value_differences(release.values, wanted.values, wanted.hidden)
    if wanted.compare_live and release.status == DEPLOYED:
        found += live_differences(kube, release.manifest, wanted.namespace)
    return found


def _upgrade(kube: Kube, wanted: Wanted, helm: Helm, release: Release | None) -> None:
    _take_back(wanted, helm, release)
    version = wanted.version or (release.version if release else "")
    helm.on_cluster(
        "upgrade",
        wanted.name,
        wanted.chart,
        "--install",
        "--namespace",
        wanted.namespace,
        *(["--create-namespace"] if wanted.create_namespace else []),
        *(["--version", version] if version and not os.path.exists(wanted.chart) else []),
        *(["--wait"] if wanted.wait else []),
        # Who edits an object of a release by hand becomes owner of the fields, and helm 4 would refuse to touch them.
        *(["--force-conflicts"] if helm.major >= 4 and (release is None or release.server_side) else []),
        "--history-max",
        str(wanted.keep_history),
        "--reset-values",
        "--values",
        "-",
        timeout=wanted.timeout,
        text=as_yaml(wanted.values),
        secrets=wanted.secrets,
    )


def _take_back(wanted: Wanted, helm: Helm, release: Release | None) -> None:
    """Undo what a run that failed or died has begun, so that the next one can start.

    helm refuses to touch a release while its record says pending. And its three-way merge starts from the last revision
    that came up: what only a failed one had set would stay in the objects for good.
    """
    if release is None or release.status == DEPLOYED:
        return
    if release.status == UNINSTALLING:
        _uninstall(wanted, helm)
        return
    goes_on = (wanted.version or release.version) == release.version and not any(changes(release.values, wanted.values))
    if release.status == FAILED and (goes_on or not release.last_deployed):
        return
    # Where none ever came up, the one that hangs becomes the one to start from.
    helm.on_cluster(
        "rollback",
        wanted.name,
        str(release.last_deployed or release.revision),
        "--namespace",
        wanted.namespace,
        "--no-hooks",
        *(["--force-conflicts"] if helm.major >= 4 and release.server_side else []),
        "--history-max",
        str(wanted.keep_history),
        timeout=wanted.timeout,
        secrets=wanted.secrets,
    )


def _uninstall(wanted: Wanted, helm: Helm) -> None:
    waiting = ["--wait"] if wanted.wait else []
    helm.on_cluster("uninstall", wanted.name, "--namespace", wanted.namespace, *waiting, timeout=wanted.timeout)


def _explain(kube: Kube, wanted: Wanted, before: Release | None, error: HelmFailed, attempt: int) -> None:
    """Say why helm failed; come back if another one was faster and it is worth trying again.

    :raises HelmFailed: with what helm said, and why the pods of the release are not ready
    """
    if error.other_at_work and attempt < ATTEMPTS:
        return
    after = newest(kube, wanted.name, wanted.namespace)
    reasons: list[str] = []
    if after is not None and (before is None or after.revision != before.revision):
        kube.wrote = True
        reasons = why_not_ready(kube, wanted.name, wanted.namespace, after.manifest)
    text = ". ".join([f"helm could not bring the {wanted.where} to what is wanted: {error}", *reasons])
    raise HelmFailed(scrubbed(text, wanted.secrets)) from None


def _verify(kube: Kube, wanted: Wanted, after: Release | None, live: bool) -> None:
    if after is None or after.status != DEPLOYED:
        status = after.status if after else "gone"
        raise NotApplied(f"helm reports success, and the {wanted.where} is {status}")
    left = value_differences(after.values, wanted.values, wanted.hidden)
    if wanted.version and after.version != wanted.version:
        left.append(Difference("version", "version", after.version, wanted.version))
    if live:
        left += live_differences(kube, after.manifest, wanted.namespace)
    if left:
        named = ", ".join(one.path or "values" for one in left[:5])
        raise NotApplied(f"helm reports success, and the {wanted.where} still differs in {named}")
