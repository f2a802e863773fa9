# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of what drifted: the document, its page without a browser, and its message."""

from __future__ import annotations

import html.parser
import json
import re
import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.clearml.enterprise.plugins.filter.drift_html import drift_html
from ansible_collections.clearml.enterprise.plugins.filter.drift_markdown import drift_markdown
from ansible_collections.clearml.enterprise.plugins.filter.drift_report import drift_report
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift import page
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.differences import compare
from ansible_collections.clearml.enterprise.plugins.plugin_utils._drift.message import escaped
from tests.support import drift
from tests.support.drift import done, field, release, releases, report, state, stranger, tenant, thing

QUEUE = thing("queue", "gpu", "update", field("tags", ["a"], ["a", "b"]))
USER = thing("user", "ann@acme.example", "create", field("role", None, "user"))
DRIFTED = state(acme=tenant("Acme Inc", QUEUE, USER), globex=tenant("Globex"))
FIXED = state(acme=tenant("Acme Inc"), globex=tenant("Globex"))
OFF = release("clearml-agent", "clearml-acme", "drifted", {"what": "values", "path": "a.b", "before": 1, "after": 2})


def states(found: drift.Json) -> dict[str, str]:
    """States of the tenants, and of the platform."""
    return {"": found["platform"]["state"], **{one["tenant"]: one["state"] for one in found["tenants"]}}


def items(found: drift.Json, name: str = "acme") -> dict[str, drift.Json]:
    """The items of a tenant by name."""
    owners = {"": found["platform"], **{one["tenant"]: one for one in found["tenants"]}}
    return {one["name"]: one for one in owners[name]["items"]}


def test_a_night_that_looked_only() -> None:
    found = report(state=DRIFTED)
    assert states(found) == {"": "in sync", "acme": "drifted", "globex": "in sync"}
    assert found["counts"] == {
        "tenants": 2, "in_sync": 1, "drifted": 1, "repaired": 0, "failed": 0, "items": 2, "unmentioned": 0,
    }  # fmt: skip
    assert found["tenants"][0]["items"][0] == {
        "kind": "queue", "name": "gpu", "namespace": "", "action": "update",
        "fields": [{"field": "tags", "before": ["a"], "after": ["a", "b"]}],
        "error": "", "repaired": False, "since": "2026-11-23T01:00:00Z",
    }  # fmt: skip
    assert (found["format"], found["mode"], found["quiet"], found["notes"]) == (1, "report", False, [])


@pytest.mark.parametrize("after", [FIXED, done(DRIFTED)], ids=["looked at again", "as the repair tells it"])
def test_what_was_repaired(after: drift.Json) -> None:
    found = report(mode="repair", state=DRIFTED, after=after)
    assert states(found)["acme"] == "repaired"
    assert all(one["repaired"] for one in items(found).values())
    assert not found["quiet"]


def test_what_is_left_after_a_repair() -> None:
    left = state(acme=tenant("Acme Inc", USER), globex=tenant("Globex"))
    found = report(mode="repair", state=DRIFTED, after=left)
    assert states(found)["acme"] == "drifted"
    assert {name: one["repaired"] for name, one in items(found).items()} == {"gpu": True, "ann@acme.example": False}


def test_what_a_repair_did_not_reach_is_not_repaired() -> None:
    """One tenant broke off, and the other was not among those of the repair."""
    both = state(acme=tenant("Acme Inc", QUEUE, USER), globex=tenant("Globex", QUEUE))
    broken = state(acme=tenant("Acme Inc", {**USER, "status": "done"}, errors=["Cannot be reached"]))
    found = report(mode="repair", state=both, after=broken)
    assert states(found) == {"": "in sync", "acme": "failed", "globex": "drifted"}
    assert {name: one["repaired"] for name, one in items(found).items()} == {"gpu": False, "ann@acme.example": True}


def test_what_a_repair_found_besides() -> None:
    more = thing("queue", "new", "create", status="done")
    found = report(mode="repair", state=FIXED, after=state(acme=tenant("Acme Inc", more), globex=tenant("Globex")))
    assert items(found)["new"]["repaired"] and states(found)["acme"] == "repaired"


def test_errors_of_the_last_look_count() -> None:
    broken = state(acme=tenant("Acme Inc", {**QUEUE, "status": "failed", "error": "No"}, errors=["queue 'gpu': No"]))
    mended = report(mode="repair", state=broken, after=state(acme=tenant("Acme Inc")))
    assert states(mended)["acme"] == "repaired" and items(mended)["gpu"]["error"] == ""
    still = report(mode="repair", state=DRIFTED, after=broken)
    assert states(still)["acme"] == "failed" and items(still)["gpu"]["error"] == "No"
    assert items(still)["gpu"]["fields"] == QUEUE["fields"]


def test_whose_releases_and_objects_are() -> None:
    found = report(
        state=FIXED,
        releases=releases(
            OFF,
            release("clearml-enterprise", "clearml", "stuck"),
            release("fine", "clearml", "in_sync"),
            release("stray", "clearml-acme", "unmanaged"),
            objects=[
                {"kind": "Namespace", "name": "clearml-globex", "state": "differs",
                 "differences": [{"path": "metadata.labels.a", "before": None, "after": "b"}]},
                {"kind": "NetworkPolicy", "name": "deny", "namespace": "clearml", "state": "absent", "differences": []},
            ],
        ),
    )  # fmt: skip
    assert states(found) == {"": "drifted", "acme": "drifted", "globex": "drifted"}
    assert items(found)["clearml-agent"] == {
        "kind": "release", "name": "clearml-agent", "namespace": "clearml-acme", "action": "upgrade",
        "fields": [{"field": "a.b", "before": 1, "after": 2}],
        "error": "", "repaired": False, "since": "2026-11-23T01:00:00Z",
    }  # fmt: skip
    assert {name: one["action"] for name, one in items(found, "").items()} == {
        "clearml-enterprise": "recover",
        "deny": "create",
    }
    assert found["tenants"][0]["unmentioned"] == [
        {"kind": "release", "name": "clearml-acme/stray", "removed": False},
    ]
    assert "replicaCount" not in json.dumps(found), "values that do not differ are not in the report"


def test_releases_after_the_repair() -> None:
    found = report(mode="repair", state=FIXED, after=FIXED, releases=releases(OFF), releases_after=releases())
    assert states(found)["acme"] == "repaired"
    found = report(mode="repair", state=FIXED, after=FIXED, releases=releases(OFF))
    assert states(found)["acme"] == "drifted", "nobody has looked again"


def test_releases_that_could_not_all_be_looked_at_again() -> None:
    """Only what is said to be as declared is repaired."""
    other = release("clearml-agent", "clearml-globex", "drifted")
    partly = {**releases({**OFF, "state": "in_sync"}), "errors": ["Namespace clearml-globex: forbidden"]}
    found = report(mode="repair", state=FIXED, after=FIXED, releases=releases(OFF, other), releases_after=partly)
    assert states(found) == {"": "failed", "acme": "repaired", "globex": "drifted"}
    assert found["platform"]["errors"] == ["Namespace clearml-globex: forbidden"]


def test_results_of_tasks_that_failed_or_did_not_run() -> None:
    found = report(state={"failed": True, "msg": "No answer from https://api"}, releases={"skipped": True})
    assert found["platform"]["state"] == "failed" and found["platform"]["errors"] == ["No answer from https://api"]
    found = report(state=DRIFTED, after={"failed": True, "msg": "No answer"})
    assert states(found) == {"": "failed", "acme": "drifted", "globex": "in sync"}


def test_objects_that_no_file_mentions_are_no_drift() -> None:
    before = state(acme=tenant("Acme Inc", strangers=[stranger("queue", "old"), stranger("user", "zoe")]))
    found = report(state=before)
    assert states(found)["acme"] == "in sync" and found["quiet"] and found["counts"]["unmentioned"] == 2
    after = state(acme=tenant("Acme Inc", strangers=[stranger("queue", "old", removed=True)]))
    found = report(mode="repair", state=before, after=after)
    assert found["tenants"][0]["unmentioned"] == [{"kind": "queue", "name": "old", "removed": True}]


def test_since_when_it_has_been_so() -> None:
    first = report(20, state=DRIFTED)
    broken = report(21, [first], state=state(acme=tenant("", errors=["Cannot be reached"]), globex=tenant("Globex")))
    third = report(22, [broken, first], state=DRIFTED)
    found = report(23, [first, third, broken], state=DRIFTED)
    assert items(found)["gpu"]["since"] == "2026-11-20T01:00:00Z", "a night without a look does not break the row"
    assert report(23, [third], state=DRIFTED)["tenants"][0]["items"][0]["since"] == "2026-11-20T01:00:00Z"
    fixed = report(22, [first], state=FIXED)
    assert items(report(23, [first, fixed], state=DRIFTED))["gpu"]["since"] == "2026-11-23T01:00:00Z"


def test_the_row_is_that_of_the_same_thing_of_the_same_tenant() -> None:
    first = report(22, state=state(acme=tenant("Acme Inc", QUEUE), globex=tenant("Globex")))
    other = {**QUEUE, "kind": "project"}
    found = report(23, [first], state=state(acme=tenant("Acme Inc", other), globex=tenant("Globex", QUEUE)))
    assert {one["since"] for name in ("acme", "globex") for one in items(found, name).values()} == {found["started"]}


def test_the_trend() -> None:
    nights: list[drift.Json] = []
    for number in range(1, 24):
        nights.append(report(number, nights, state=DRIFTED if number % 2 else FIXED))
    assert [row["finished"][8:10] for row in nights[-1]["previous"]] == [f"{number:02}" for number in range(1, 23)]
    assert nights[-1]["previous"][0] == {
        "finished": "2026-11-01T01:04:10Z", "tenants": 2, "drifted": 1, "repaired": 0, "failed": 0, "items": 2,
    }  # fmt: skip
    assert report(23, nights[-2:-1], state=DRIFTED)["previous"] == nights[-1]["previous"], "the last one knows all"
    months = [
        report(
            1, state=FIXED, started=f"2026-0{month}-{day:02}T01:00:00Z", finished=f"2026-0{month}-{day:02}T02:00:00Z"
        )
        for month in (8, 9)
        for day in range(1, 29)
    ]
    rows = report(23, months, state=FIXED)["previous"]
    assert len(rows) == 30 and rows[-1]["finished"] == "2026-09-28T02:00:00Z"


def test_earlier_reports_that_are_none() -> None:
    good = report(22, state=DRIFTED)
    bad: list[t.Any] = [
        None, [], "text", json.dumps(good)[:99], {}, {"format": 2}, {"format": True}, {"format": 1, "site": "prod"},
        {**good, "started": "yesterday"}, {**good, "tenants": [{"tenant": "acme"}]}, {**good, "tenants": 3},
        {**good, "counts": {}}, {**good, "previous": [1]}, {**good, "site": "lab"},
        report(24, state=DRIFTED), report(23, state=DRIFTED), json.dumps(good),
    ]  # fmt: skip
    found = report(23, bad, state=DRIFTED)
    assert items(found)["gpu"]["since"] == good["started"]
    assert len(found["previous"]) == 1
    assert found["notes"] == [
        "5 earlier reports left out (no drift report): number 1, 2, 3, 4, 5",
        "2 earlier reports left out (not of format 1): number 6, 7",
        "6 earlier reports left out (malformed): number 8, 9, 10, 11, 12, 13",
        "1 earlier report left out (of another site): number 14",
        "1 earlier report left out (younger than this one): number 15",
    ]
    assert "left out (malformed)" in drift_html(found)


def test_the_same_input_gives_the_same_output() -> None:
    assert json.dumps(drift.large(30)) == json.dumps(drift.large(30))
    assert drift_html(drift.two_tenants()) == drift_html(json.loads(json.dumps(drift.two_tenants())))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"state": {"changed": False}}, "state is not a result of clearml_state: it has no tenants"),
        ({"state": DRIFTED, "after": []}, "is not a result of clearml_state"),
        (
            {"state": state(acme={"objects": []})},
            "state is not a whole result of clearml_state: KeyError 'unmentioned'",
        ),
        ({"releases": {"releases": [1]}}, "releases is not a whole result of clearml_release_info: TypeError"),
        ({"releases": {"releases": {}}}, "releases is not a result of clearml_release_info"),
        ({"state": DRIFTED, "mode": "check"}, "mode is 'check'; it must be one of report, repair"),
        ({"state": DRIFTED, "started": "2026-11-23 01:00"}, "must be times in ISO 8601 with a zone"),
        ({"state": DRIFTED, "finished": None}, "finished is None"),
        ({"state": DRIFTED, "site": ""}, "needs site"),
        ({"state": DRIFTED, "namespaces": ["acme"]}, "namespaces must be a map"),
    ],
)
def test_input_that_is_wrong(given: dict[str, t.Any], said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=re.escape(said)):
        report(**given)


def test_input_that_is_no_map_of_results() -> None:
    for results in ([], {"sate": DRIFTED}):
        with pytest.raises(AnsibleFilterError, match="takes a map of results with the keys state, after, releases"):
            drift_report(results, site="prod", started="2026-11-23T01:00:00Z", finished="2026-11-23T01:00:00Z")


@pytest.mark.parametrize("show", [drift_html, drift_markdown])
def test_what_is_no_report_is_not_shown(show: t.Callable[[t.Any], str]) -> None:
    for one in (None, {}, {"format": 2}, {"format": 1}, DRIFTED):
        with pytest.raises(AnsibleFilterError, match="the input is no drift report of format 1"):
            show(one)


# ---- secrets


def test_what_is_masked_stays_so_and_nothing_else_comes_out() -> None:
    secret = "s3cr3t-of-acme"
    masked = thing(
        "service_account", "ci", "update",
        field("secret", "********", "******** (changed)"),
        field("config", {"password": secret, "user": "ci"}, {"client_secret": secret, "user": "bot"}),
        field("secret_key", secret, secret),
    )  # fmt: skip
    leaky = {**release("r", "clearml", "drifted"), "values": {"token": secret}, "more": secret}
    tenants = state(acme={**tenant("Acme Inc", {**masked, "calls": [secret]}), "variables": {"x": secret}})
    found = report(state={**tenants, "invocation": secret}, releases=releases(leaky))
    for text in (json.dumps(found), drift_html(found), drift_markdown(found)):
        assert secret not in text
        assert "********" in text.replace("\\*", "*")
    assert items(found)["ci"]["fields"][0]["after"] == "******** (changed)"
    assert "******** (changed)" in drift_html(found)


# ---- the page


class Reader(html.parser.HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Reader:
    """Read a page; every element is closed where it should be."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_the_first_report_has_no_trend() -> None:
    assert "Last nights" not in drift_html(report(state=DRIFTED))
    assert "2 nights, 22 Nov 2026 to 23 Nov 2026: no drift." in drift_html(report(23, [report(22)], state=FIXED))


@pytest.mark.parametrize("make", [drift.two_tenants, drift.large, drift.hostile])
def test_a_page_needs_nothing_but_itself(make: t.Callable[[], drift.Json]) -> None:
    found = read(drift_html(make()))
    names = {tag for tag, _attributes in found.tags}
    assert names.isdisjoint({"link", "img", "iframe", "object", "base"})
    assert [tag for tag, _attributes in found.tags].count("script") == 1
    attributes = [item for _tag, some in found.tags for item in some.items()]
    assert {value[0] for name, value in attributes if name == "href" and value} == {"#"}
    assert not any(name == "src" or name == "style" or name.startswith("on") for name, _value in attributes)
    identifiers = [value for name, value in attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))
    targets = {str(value)[1:] for name, value in attributes if name == "href"}
    targets |= {one for name, value in attributes if name == "aria-labelledby" for one in str(value).split()}
    assert targets <= set(identifiers)


def test_every_difference_is_in_the_page() -> None:
    found = read(drift_html(drift.large()))
    for text in (
        "setting_29: value 29",
        "16Gi",
        "spec.replicas",
        "1404, no such vault",
        "host_vars/initech.yml, line 12",
    ):
        assert text in found.text
    assert found.text.count("The server refused it") == 1, "an error is told once"


def test_hostile_text_is_text() -> None:
    text = drift_html(drift.hostile())
    assert "<script>document" not in text and "<img" not in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    text.encode()
    assert "{{ 7 * 7 }}" in text.replace("&#39;", "'")


def luminance(colour: str) -> float:
    """As WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Between two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_contrast(scheme: int) -> None:
    style = (page.Path(page.__file__).parent / "page.css").read_text(encoding="utf-8")
    blocks = [dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", style, re.S)]
    colours = {**blocks[0], **blocks[scheme]}
    for ground in ("page", "sheet", "sunk", "failed-wash"):
        for text in ("ink", "soft", "failed", "drifted", "repaired", "in-sync"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for mark in ("del", "ins"):
        assert contrast(colours["ink"], colours[mark]) >= 4.5
    for fill in ("failed-fill", "drifted-fill", "repaired-fill"):
        assert contrast(colours[fill], colours["page"]) >= 3


# ---- differences


def shown(value: t.Any, other: t.Any) -> tuple[str, str]:
    """Both sides as short text, what differs in brackets."""
    return tuple(
        side.word
        or "\n".join("".join(f"[{text}]" if mark else text for text, mark in line.parts) for line in side.short)
        for side in compare(value, other)
    )  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "user", ("not set", "user")),
        ("", [], ("empty text", "empty list")),
        ({}, None, ("empty map", "not set")),
        (1, "1", ("[1]", '["1"]')),
        (True, "true", ("[true]", '["true"]')),
        (0, False, ("[0]", "[false]")),
        ("10.11.7", "11.0.2", ("[10.11.7]", "[11.0.2]")),
        ("a long text here", "a long word here", ("a long [text] here", "a long [word] here")),
        ("gpu", "gpu ", ("gpu", "gpu[ ]")),
        (["a", "b"], ["a", "c"], ("- a\n- [b]", "- a\n- [c]")),
        ({"a": 1, "b": [1]}, {"a": 2, "b": [1]}, ("a: [1]\nb:\n- 1", "a: [2]\nb:\n- 1")),
        ("********", "******** (changed)", ("********", "******** (changed)")),
    ],
)
def test_two_values_side_by_side(before: t.Any, after: t.Any, expected: tuple[str, str]) -> None:
    assert shown(before, after) == expected


def test_long_values_are_shortened_around_what_differs() -> None:
    old = [f"line {number}" for number in range(500)]
    new = [*old[:250], "other", *old[251:]]
    one, two = shown("\n".join(old), "\n".join(new))
    assert one == "249 more lines\nline 249\n[line 250]\nline 251\n248 more lines"
    assert two == "249 more lines\nline 249\n[other]\nline 251\n248 more lines"
    assert len(compare("\n".join(old), "\n".join(new))[0].full) == 500
    one, two = shown("x " * 300 + "end", "x " * 300 + "END")
    assert one.startswith("\u2026") and one.endswith("[end]") and len(one) < 200


# ---- the message


def test_a_quiet_night_is_one_line() -> None:
    found = report(state=FIXED)
    assert found["quiet"]
    assert (
        drift_markdown(found)
        == "**Drift of prod** (23 Nov 2026, 01:00 UTC): all 2 tenants and the platform are as declared."
    )


def test_a_message_about_many() -> None:
    people = {f"t{number:03}": tenant("T", QUEUE, USER, QUEUE | {"name": "more"}) for number in range(200)}
    people |= {f"f{number:03}": tenant("F", errors=["No answer", "Nor there", "Nor here"]) for number in range(60)}
    text = drift_markdown(report(state=state(**people), releases=releases(release("r", "clearml", "stuck"))))
    assert len(text.splitlines()) <= 40
    assert "of 262 tenants, 60 failed and 200 drifted; the platform drifted." in text.splitlines()[0]
    assert "- and 186 more tenants" in text and "- and 48 more tenants" in text
    assert "- **f000**: No answer; Nor there; and 1 more" in text
    assert 'queue gpu to update (new): tags \\["a"\\] → \\["a", "b"\\]' in text
    assert "**Platform drifted**\n- **platform**: release r in clearml to recover (new)" in text


def test_what_was_repaired_is_named() -> None:
    text = drift_markdown(report(mode="repair", state=DRIFTED, after=FIXED))
    assert text.splitlines()[0].endswith("of 2 tenants, 1 was repaired; the platform is in sync.")
    assert text.splitlines()[-1] == "**Repaired**: **acme**"


def test_markdown_is_escaped() -> None:
    assert escaped("*a* _b_ [c](d) `e` | ~~f~~\n# g") == "\\*a\\* \\_b\\_ \\[c\\](d) \\`e\\` \\| \\~\\~f\\~\\~ # g"
    assert escaped("<!channel> & @here") == "&lt;!channel&gt; &amp; @\u200bhere"
    text = drift_markdown(drift.hostile())
    assert len(text.splitlines()) <= 40 and "<" not in text and "@c" not in text
    text.encode()
