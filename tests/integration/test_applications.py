# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GUI applications: what an archive has, what the server lacks, and the scripts in between."""

from __future__ import annotations

import threading
import typing as t
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.clearml.enterprise.plugins.module_utils._app_packages import Archive, head, rank
from lab.apps.build import APPLICATIONS, KEY, PASSWORD, Application, archive, package, packed
from lab.testing import running_lab
from tests.support.modules import Modules

IDS = ["gpu-compute", "hpo", "jupyter"]
HPO = next(one for one in APPLICATIONS if one.id == "hpo")
OLDER, NEWER = replace(HPO, version="1.9.2"), replace(HPO, version="1.11.0")
ROWS = [{"id": one.id, "versions": [{"version": one.version, "enabled": True}]} for one in APPLICATIONS]


@pytest.fixture
def apps(tmp_path: Path) -> t.Callable[..., str]:
    """Writes an archive, and answers its path."""

    def write(*applications: Application, age: str = KEY) -> str:
        path = tmp_path / "apps.zip"
        path.write_bytes(archive(age, applications or APPLICATIONS))
        return str(path)

    return write


def done(result: dict[str, t.Any]) -> list[str]:
    """The actions of a result, in short."""
    assert result["changed"] is bool(result["actions"])
    return [f"{one['action']} {one['name']}" for one in result["actions"]]


def run_one(modules: Modules, *names: str) -> None:
    """Somebody runs an instance of each."""
    state = modules.lab.control.state()
    company = state["companies"][0]["id"]
    state["application_instances"] = [
        {"id": f"i-{name}", "company": company, "app": name, "version": "1.10.0"} for name in names
    ]
    modules.lab.control.put_state(state)


@pytest.mark.parametrize("age", [KEY, PASSWORD])
def test_all_of_an_archive(modules: Modules, apps: t.Callable[..., str], age: str) -> None:
    given = {"archive": apps(age=age)}
    foreseen = modules.checking().applications(**given)
    assert modules.lab.control.writes() == 0
    first = modules.applications(**given)
    assert foreseen["actions"] == first["actions"] and foreseen["diff"] == first["diff"]
    assert done(first) == [f"upload {one.id} {one.version}" for one in APPLICATIONS]
    assert first["applications"] == ROWS and first["images"] == []
    # One call of the script for all of them.
    assert modules.lab.control.writes() == 1
    assert done(modules.applications(**given)) == []
    assert modules.lab.control.writes() == 1


def test_only_what_lacks_is_uploaded(modules: Modules, apps: t.Callable[..., str]) -> None:
    assert done(modules.applications(archive=apps(), applications=[{"id": "hpo"}])) == ["upload hpo 1.10.0"]
    assert done(modules.applications(archive=apps())) == ["upload gpu-compute 1.4.0", "upload jupyter 2.0.1"]


def test_versions(modules: Modules, apps: t.Callable[..., str]) -> None:
    modules.applications(archive=apps())
    # An older archive takes nothing back, unless its version is asked for.
    older = apps(OLDER)
    assert done(modules.applications(archive=older)) == []
    back = {"archive": older, "applications": [{"id": "hpo", "version": "1.9.2"}]}
    assert done(modules.applications(**back)) == ["upload hpo 1.9.2"]
    assert done(modules.applications(**back)) == []
    hpo = {row["id"]: row["versions"] for row in modules.applications(**back)["applications"]}["hpo"]
    assert hpo == [{"version": "1.9.2", "enabled": True}, {"version": "1.10.0", "enabled": False}]
    # What is there and not enabled needs no archive, and a higher version goes out of the way.
    forth = {"applications": [{"id": "hpo", "version": "1.10.0"}]}
    assert modules.checking().applications(**forth)["diff"] == modules.applications(**forth)["diff"]
    assert done(modules.applications(**forth)) == []
    assert done(modules.applications(archive=apps(OLDER, NEWER))) == ["upload hpo 1.11.0"]
    both = {"applications": [{"id": "hpo", "version": "1.9.2"}], "make_latest": False}
    assert done(modules.applications(**both)) == ["enable hpo 1.9.2"]
    assert done(modules.applications(**both)) == []


def test_a_check_run_without_the_archive(modules: Modules, apps: t.Callable[..., str]) -> None:
    missing = {"archive": "/nowhere/apps.zip"}
    named = [{"id": "hpo", "version": "1.10.0"}]
    check = modules.checking()
    assert done(check.applications(**missing, applications=named)) == ["upload hpo 1.10.0"]
    assert done(check.applications(**missing, applications=[{"id": "hpo"}])) == ["upload hpo"]
    assert "archive that is not there yet" in check.applications(**missing)["assumes"][0]
    assert "/nowhere/apps.zip does not exist" in modules.refuse("applications", **missing, applications=named)
    assert "archive is missing" in modules.refuse("applications")
    modules.applications(archive=apps())
    assert done(modules.applications(**missing, applications=named)) == []
    unsure = check.applications(**missing, applications=[{"id": "hpo"}])
    assert unsure["changed"] and unsure["actions"] == [] and "the version of hpo" in unsure["assumes"][0]
    unborn = check.applications(archive=apps(), unborn_server=True)
    assert len(unborn["actions"]) == 3 and unborn["applications"] == []


@pytest.mark.parametrize("age", [KEY, PASSWORD])
def test_a_registry_of_ones_own(modules: Modules, apps: t.Callable[..., str], age: str) -> None:
    given = {"archive": apps(age=age), "registry": "registry.example/clearml_apps"}
    before = Path(given["archive"]).read_bytes()
    images = [f"allegroai/clearml-apps:{one.id}-{one.version}-1062" for one in APPLICATIONS]
    assert modules.checking().applications(**given)["images"] == images
    assert modules.applications(**given)["images"] == images
    assert Path(given["archive"]).read_bytes() == before
    assert modules.applications(**given)["images"] == []


def test_removal(modules: Modules, apps: t.Callable[..., str]) -> None:
    modules.applications(archive=apps())
    gone = {"applications": [{"id": "hpo"}, {"id": "jupyter"}, {"id": "never-there"}], "state": "absent"}
    foreseen = modules.checking().applications(**gone)
    assert len(foreseen["applications"]) == 3
    run_one(modules, "hpo")
    said = modules.run("applications", **gone)
    assert said["failed"] and "requires_confirmation" in said["msg"] and "stop_instances" in said["msg"]
    assert [row["id"] for row in modules.checking().applications(**gone)["applications"]] == IDS
    result = modules.applications(**gone, stop_instances=True)
    assert (done(result), result["diff"]) == (done(foreseen), foreseen["diff"])
    assert [row["id"] for row in result["applications"]] == ["gpu-compute"]
    assert modules.lab.control.state()["application_instances"] == []
    assert done(modules.applications(**gone)) == []
    assert "applications is empty" in modules.refuse("applications", state="absent")


def test_removal_of_a_version(modules: Modules, apps: t.Callable[..., str]) -> None:
    modules.applications(archive=apps(OLDER))
    modules.applications(archive=apps(HPO))
    gone = {"applications": [{"id": "hpo", "version": "1.9.2"}], "state": "absent"}
    assert done(modules.applications(**gone)) == ["delete hpo 1.9.2"]
    assert done(modules.applications(**gone)) == []
    assert modules.applications(**gone)["applications"][0]["versions"][0]["version"] == "1.10.0"


def test_an_older_server(modules: Modules, apps: t.Callable[..., str]) -> None:
    modules.lab.control.set_switches(missing_endpoints=["apps.get_all_apps"])
    assert len(modules.applications(archive=apps())["actions"]) == 3
    assert done(modules.applications(archive=apps())) == []


def test_who_may(acme: Modules, apps: t.Callable[..., str]) -> None:
    pair = acme.credentials(company="acme", user="ann@acme.example", label="x")["credentials"]
    ann = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    assert "role admin" in ann.refuse("applications", archive=apps())


def test_the_secret_is_no_argument(
    modules: Modules, apps: t.Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a message have it: the script prints it when it is refused."""
    seen: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes().decode("utf-8", "replace"))
                except OSError:
                    continue

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        modules.lab.control.set_switches(missing_endpoints=["apps.upload"])
        failed = modules.run("applications", archive=apps())
    finally:
        stop.set()
        watcher.join()
    secret = modules.connection["api_secret_key"]
    assert failed["failed"] and failed["changed"] and "ended with status 1" in failed["msg"]
    assert "Not uploaded: gpu-compute 1.4.0, hpo 1.10.0, jupyter 2.0.1" in failed["msg"]
    assert secret not in str(failed)
    assert any("runpy.run_path" in one for one in seen)
    assert not any(secret in one for one in seen)


def test_a_script_that_does_half(modules: Modules, tmp_path: Path) -> None:
    """What the server shows counts, not what the script says."""
    files = {"upload_apps.py": b"import sys\nprint('--host --key --secret --dir -ml')", "a/x.zip": package(HPO)}
    (tmp_path / "half.zip").write_bytes(packed(files))
    result = modules.run("applications", archive=str(tmp_path / "half.zip"))
    assert "does not show hpo 1.10.0" in result["msg"] and result["changed"]


def test_scripts_of_another_age(modules: Modules, tmp_path: Path) -> None:
    path = tmp_path / "odd.zip"
    given = {"archive": str(path)}
    for script, options, reason in (
        (b"print('--host --login --dir -ml')", {}, "does not know --key and --secret"),
        (b"print('--host --key --secret --dir')", {}, "does not know -ml"),
        (b"print('')", {"registry": "r.example/apps"}, "no convert_image_registry.py"),
    ):
        path.write_bytes(packed({"upload_apps.py": script, "apps/hpo.zip": package(HPO)}))
        assert reason in modules.run("applications", **given, **options)["msg"]


def test_archives_that_are_none(modules: Modules, tmp_path: Path, apps: t.Callable[..., str]) -> None:
    path = tmp_path / "odd.zip"
    for content, reason in (
        (b"<html>", "cannot be read as a zip file"),
        (packed({"readme": b""}), "has no upload_apps.py"),
        (packed({"upload_apps.py": b""}), "has no package"),
        (packed({"upload_apps.py": b"", "a.zip": packed({"x.app.conf": b"id: 1"})}), "does not say its id"),
    ):
        path.write_bytes(content)
        assert reason in modules.refuse("applications", archive=str(path))
    wrong = {"archive": apps(), "applications": [{"id": "hpo", "version": "3"}]}
    assert "has no application hpo 3; it has hpo 1.10.0" in modules.refuse("applications", **wrong)
    twice = {"archive": apps(), "applications": [{"id": "hpo"}, {"id": "hpo", "version": "1"}]}
    assert "'hpo' more than once" in modules.refuse("applications", **twice)


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("endpoint", ["apps.enable", "apps.delete", "apps.batch_delete"])
def test_lost_answers(modules: Modules, apps: t.Callable[..., str], endpoint: str, effect: str) -> None:
    modules.applications(archive=apps(OLDER))
    modules.applications(archive=apps(HPO))
    given: dict[str, t.Any] = {"applications": [{"id": "hpo", "version": "1.9.2"}]}
    if endpoint != "apps.enable":
        given["state"] = "absent"
    if endpoint == "apps.batch_delete":
        given["applications"] = [{"id": "hpo"}]
    modules.lab.control.order_fault(endpoint, "drop", effect=effect)
    assert len(modules.applications(**given)["actions"]) == 1
    assert done(modules.applications(**given)) == []


def test_tls(apps: t.Callable[..., str]) -> None:
    """The script trusts whom the module trusts."""
    with running_lab(tls=True) as lab:
        modules = Modules(lab)
        careless = {"archive": apps(), "validate_certs": False}
        assert "give ca_path instead" in modules.refuse("applications", **careless)
        assert len(modules.applications(archive=apps())["actions"]) == 3


def test_heads_of_configurations() -> None:
    """HOCON in its many ways to say the same."""
    for text in (
        'id: "a"\nversion: "1.2"',
        "id = a, version = 1.2",
        '# id: no\n{"id": "a", "version": "1.2", "task": {"id": "no"}}',
        '// x\ntask { id: no, version = 0, list: [{id: no}] }\nid: """a"""\nversion: 1.2 // new',
        'text: "} id: no {"\nid: a\nversion: 1.2\nid2: b',
    ):
        found = head(text)
        assert (found["id"], found["version"]) == ("a", "1.2"), text
    assert rank("1.10.0") > rank("1.9.9") > rank("1.9.9-rc1")[:0] and rank("1.0.0") > rank("1.0.rc1")


def test_packages_anywhere_in_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "apps.zip"
    inner = {
        "kit/upload_apps.py": b"",
        "kit/lib.py": b"",
        "kit/apps/x/hpo.zip": package(HPO),
        "kit/docs.zip": packed({}),
    }
    path.write_bytes(packed(inner))
    found = Archive(str(path))
    assert [str(one) for one in found.packages] == ["hpo 1.10.0"]
    (tmp_path / "out").mkdir()
    below = found.unpack(found.packages, str(tmp_path / "out"))
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["apps", "lib.py", "upload_apps.py"]
    assert [one.name for one in Path(below).iterdir()] == ["hpo.zip"]
