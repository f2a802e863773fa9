# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies, paging and notation, where no recorded error speaks of them."""

from __future__ import annotations

import requests

from lab.testing import RunningLab
from tests.lab.api_client import DEFAULT_COMPANY, make_tenant, root, system


def test_the_envelope(lab: RunningLab) -> None:
    headers = {"X-Clearml-Trx": "mine"}
    response = requests.get(f"{lab.url}/v2.30/server.info", headers=headers, timeout=10)
    document = response.json()
    assert list(document) == ["meta", "data"]
    assert list(document["meta"]) == [
        "id", "trx", "endpoint", "result_code", "result_subcode", "result_msg", "error_stack", "error_data",
    ]  # fmt: skip
    assert (document["meta"]["trx"], len(document["meta"]["id"])) == ("mine", 32)
    assert document["meta"]["endpoint"] == {
        "name": "server.info",
        "requested_version": "2.30",
        "actual_version": "2.12",
    }
    assert ": " not in response.text


def test_escapes_are_upper_case(lab: RunningLab) -> None:
    api = system(lab)
    api.get("system.create_company", name="Ünïté \\u00e9")
    response = requests.post(f"{lab.url}/system.get_companies", auth=api.auth, timeout=10)
    assert "\\u00DCn\\u00EFt\\u00E9 \\\\u00e9" in response.text
    assert "Ünïté \\u00e9" in [company["name"] for company in response.json()["data"]["companies"]]


def test_what_is_not_enveloped(lab: RunningLab) -> None:
    assert (requests.options(lab.url + "/queues.get_all", timeout=10).text) == ""
    head = requests.head(lab.url + "/queues.get_all", timeout=10)
    assert (head.status_code, head.text) == (200, "")


def test_where_fields_come_from(lab: RunningLab) -> None:
    api = system(lab)

    def names(**request: object) -> list[str]:
        url = f"{lab.url}/queues.get_all{request.pop('query', '')}"
        answer = requests.request("PUT", url, auth=api.auth, timeout=10, **request)  # type: ignore[arg-type]
        return [queue.get("name", "") for queue in answer.json()["data"]["queues"]]

    for name in ("gpu-a", "gpu-b"):
        api.get("queues.create", name=name)
    assert names(query="?name=gpu&page=0&page_size=1") == ["gpu-a"]
    assert names(query="?name=gpu-b", json={"name": "gpu-a"}) == ["gpu-b"]
    assert names(query="?name=gpu-b", data={"name": "gpu-a"}) == ["gpu-a"]
    assert names(query="?only_fields[]=id&name=gpu-b") == [""]
    # A JSON text that goes out as a form is not seen: the filter is lost.
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert len(names(data='{"name": "gpu-a"}', headers=form)) == 3


def test_pages_and_scrolls(lab: RunningLab) -> None:
    state = lab.control.state()
    state["queues"] = [{"id": f"q{n:03}", "name": f"queue-{n:03}", "company": DEFAULT_COMPANY} for n in range(510)]
    lab.control.put_state(state)
    api = system(lab)
    assert len(api.get("queues.get_all")["queues"]) == 500
    assert len(api.get("queues.get_all", page=0, page_size=1000)["queues"]) == 500
    assert len(api.get("queues.get_all", page=1, page_size=500)["queues"]) == 10
    first = api.get("queues.get_all_ex", scroll_id=None, size=505)
    assert len(first["queues"]) == 505
    assert len(api.get("queues.get_all_ex", scroll_id=first["scroll_id"], size=505)["queues"]) == 5
    ordered = api.get("queues.get_all", order_by=["-name"], only_fields=["name"], page=0, page_size=1)["queues"]
    assert ordered == [{"name": "queue-509"}]


def test_filters(lab: RunningLab) -> None:
    api = system(lab)
    for name, tags in (("Alpha", ["x", "y"]), ("alphabet", ["x"]), ("beta", [])):
        api.get("queues.create", name=name, tags=tags)
    api.get("queues.create", name="hidden", system_tags=["k8s-glue"])

    def found(**body: object) -> list[str]:
        return [queue["name"] for queue in api.get("queues.get_all", **body)["queues"]]

    assert found() == ["default", "Alpha", "alphabet", "beta"]
    assert found(search_hidden=True)[-1] == "hidden"
    assert found(name="hid") == ["hidden"]
    assert found(name="alpha") == ["alphabet"]
    assert found(tags=["x", "y"]) == ["Alpha", "alphabet"]
    assert found(tags=["__$all", "x", "y"]) == ["Alpha"]
    assert found(tags=["x", "-y"]) == ["alphabet"]
    assert found(_any_={"pattern": "ALPHA", "fields": ["name"]}) == ["Alpha", "alphabet"]


def test_unrecognised_fields_and_truth_values(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    queue = tenant.admin.get("queues.create", name="gpu", nonsense=1)["id"]
    lab.control.add_task(queue)
    assert tenant.admin.get("queues.delete", queue=queue, force="false") == {"deleted": 1}


def test_root_and_preferences(lab: RunningLab) -> None:
    tenant = make_tenant(lab, "One")
    tenant.admin.get("users.set_preferences", preferences={"view.columns": ["a"]})
    assert tenant.admin.get("users.get_preferences") == {"preferences": {"view": {"columns": ["a"]}}}
    assert root(lab).get("server.config", path="apiserver.auth.credentials")["max_credentials"] == 0
