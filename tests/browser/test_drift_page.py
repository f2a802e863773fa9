# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drift report's page in a browser: on a telephone, on a screen, in the dark, and on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.clearml.enterprise.plugins.filter.drift_html import drift_html
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.words import visible
from tests.browser.chromium import Chromium, installed
from tests.support import drift

pytestmark = pytest.mark.skipif(
    installed() is None, reason="there is no Chromium: install the package chromium (and poppler-utils for printing)"
)
REPORTS = {"two": drift.two_tenants, "large": drift.large, "hostile": drift.hostile}
WIDTH = "document.scrollingElement.scrollWidth"
#: Elements with text whose box ends outside the screen although their page's does not.
CUT_OFF = """[...document.querySelectorAll("h1, h3, h4, p, td, th, dt, dd, li, pre")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth && one.checkVisibility()).length"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Chromium]:
    """The browser."""
    with Chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="module", params=REPORTS)
def report(request: pytest.FixtureRequest) -> drift.Json:
    """Reports of several sizes."""
    return REPORTS[request.param]()


@pytest.fixture(scope="module")
def file(report: drift.Json, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a report."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(drift_html(report), encoding="utf-8")
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_a_page_is_quiet_fits_and_asks_for_nothing(chromium: Chromium, file: Path, width: int, dark: bool) -> None:
    page = chromium.open(file, width=width, dark=dark)
    assert page.evaluate(WIDTH) <= width
    assert page.evaluate(CUT_OFF) == 0
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate(WIDTH) <= width
    assert page.evaluate(CUT_OFF) == 0
    assert page.evaluate("document.body.dataset.run") is None
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (int(re.findall(r"\d+", ground)[0]) < 128) is dark
    assert page.problems == []
    assert page.requests == [file.as_uri()]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_all_differences_are_printed(
    chromium: Chromium, report: drift.Json, file: Path, tmp_path: Path, script: bool
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext: install the package poppler-utils")
    chromium.open(file, script=script).print(tmp_path / "page.pdf")
    printed = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "page.pdf", "-"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    text = squeezed(printed)
    for owner in (report["platform"], *report["tenants"]):
        assert squeezed(owner.get("tenant", "")) in text
        for item in owner["items"]:
            assert squeezed(item["name"]) in text
            for field in item["fields"]:
                values = [field["before"], field["after"]]
                for word in [squeezed(field["field"]), *(word for value in values for word in leaves(value))]:
                    assert word in text
    assert "Unfoldall" not in text and "Fulltext" not in text


def leaves(value: t.Any) -> t.Iterator[str]:
    """The texts of a value, a line each."""
    if isinstance(value, dict):
        value = [one for pair in value.items() for one in pair]
    if isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif value is not None:
        yield from map(squeezed, str(value).split("\n"))


def squeezed(text: str) -> str:
    """Letters that no line break, font or hyphen changes."""
    return re.sub(r"[^A-Za-z0-9]", "", visible(text))


def test_tenants_are_found(chromium: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(drift_html(drift.large()), encoding="utf-8")
    page = chromium.open(path)
    page.evaluate("""{ const find = document.querySelector("#find"); find.value = " GLOBEX ";
      find.dispatchEvent(new Event("input", {bubbles: true})); }""")
    seen = "[...document.querySelectorAll('[data-find]')].filter((one) => one.checkVisibility()).length"
    assert page.evaluate(seen) == 1
    assert page.evaluate("document.querySelector('output').textContent") == "1 found"
    assert page.evaluate("document.querySelector('#failed').checkVisibility()") is False
    page.evaluate("document.querySelector('[data-open=\"\"]').click()")
    assert page.evaluate("document.querySelectorAll('details.tenant[open]').length") == 0


def test_the_policy_stops_a_script_that_got_in(chromium: Chromium, tmp_path: Path) -> None:
    """The page has none; and if it had one, the tests above would see it."""
    text = drift_html(drift.two_tenants())
    path = tmp_path / "page.html"
    injected = "<script>document.body.dataset.run = 1</script><img src=https://clearml.example/x.png>"
    path.write_text(text.replace("<main>", f"<main>{injected}"), encoding="utf-8")
    page = chromium.open(path)
    assert page.evaluate("document.body.dataset.run") is None
    assert len(page.problems) == 2 and all("Content Security Policy" in one for one in page.problems)


def test_without_a_script_nothing_is_missing(chromium: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(drift_html(drift.large()), encoding="utf-8")
    page = chromium.open(path, script=False)
    tree = page.send("Accessibility.getFullAXTree")["nodes"]
    named = {(one["role"]["value"], one.get("name", {}).get("value", "")) for one in tree if "role" in one}
    assert ("image", "Tenants by state: 2 failed, 3 drifted, 1 repaired, 197 in sync") in named
    assert any(role == "table" and name == "Differences of vault organization" for role, name in named)
    assert {"heading", "rowheader", "columnheader", "cell"} <= {role for role, _name in named}
    assert not any(role in ("searchbox", "button") and name == "Unfold all" for role, name in named)
