# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections: each way to fail has its own plain message, each way to configure one works, no secret is told."""

from __future__ import annotations

import contextlib
import datetime
import http.server
import importlib
import json
import select
import socket
import ssl
import sys
import threading
import time
import typing as t
from pathlib import Path
from unittest import mock

import pytest
import requests
import trustme

from ansible_collections.clearml.enterprise.plugins.action import clearml_api as action
from ansible_collections.clearml.enterprise.plugins.module_utils import _client, _transport
from ansible_collections.clearml.enterprise.plugins.module_utils._client import Client
from ansible_collections.clearml.enterprise.plugins.module_utils._connection import Connection
from lab.testing import RunningLab, running_lab
from tests.support.modules import Modules, Result, run_module

PASSWORD = "hunter2"


@pytest.fixture(autouse=True)
def nobodys_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxy, no CA bundle and no netrc of whoever runs the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(autouse=True)
def pauses() -> t.Iterator[list[float]]:
    """The pauses between attempts, in seconds; nobody really waits."""
    taken: list[float] = []
    with mock.patch.object(_client.time, "sleep", taken.append):
        yield taken


@pytest.fixture(scope="module")
def tls() -> t.Iterator[RunningLab]:
    """A lab that speaks TLS with a CA of its own."""
    with running_lab(tls=True) as lab:
        yield lab


def closed_port() -> int:
    """A port of the loopback interface on which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def serving(
    handler: type[http.server.BaseHTTPRequestHandler], context: ssl.SSLContext | None = None
) -> t.Iterator[int]:
    """The port on which the handler answers."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answering(status: int, body: str = "", **headers: str) -> type[http.server.BaseHTTPRequestHandler]:
    """A handler that answers everything in the same way."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        do_CONNECT = do_POST

        def log_message(self, *arguments: t.Any) -> None:
            pass

    return Handler


def proxying(passed: list[str]) -> type[http.server.BaseHTTPRequestHandler]:
    """A forward proxy that notes what it passes on."""

    class Handler(answering(500)):  # type: ignore[misc]
        def do_POST(self) -> None:
            passed.append(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(self.path, data=body, headers=headers, timeout=30)
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def do_CONNECT(self) -> None:
            passed.append(self.path)
            host, port = self.path.rsplit(":", 1)
            with socket.create_connection((host, int(port)), timeout=30) as other:
                self.send_response(200)
                self.end_headers()
                ends = {self.connection: other, other: self.connection}
                while True:
                    for one in select.select(list(ends), [], [], 30)[0]:
                        data = one.recv(65536)
                        if not data:
                            self.close_connection = True
                            return
                        ends[one].sendall(data)

    return Handler


def failure(modules: Modules, *words: str, module: str = "server_info", **options: t.Any) -> str:
    """The message of a run that has to fail, with these words and without a secret."""
    result = modules.run(module, **options)
    assert result.get("failed"), result
    message = str(result["msg"])
    assert "Unexpected" not in message and "Traceback" not in message and "\n" not in message, message
    for word in words:
        assert word in message, message
    assert PASSWORD not in message
    told = json.dumps(result)
    assert modules.connection["api_secret_key"] not in told and modules.lab.system_secret not in told
    return message


# ---- the address


@pytest.mark.parametrize(
    "host",
    [
        "api.example.com",
        "api.example.com:8008",
        "//api.example.com",
        "ftp://api.example.com",
        "http://",
        "http://:8008",
        "http://[::1",
        "http://api.example.com:port",
        "http://api.example.com:99999",
        "http://api example.com",
    ],
)
def test_an_address_that_is_no_url(modules: Modules, host: str) -> None:
    failure(modules, "api_host", host, api_host=host)


@pytest.mark.parametrize(
    "host",
    [
        f"http://ann:{PASSWORD}@127.0.0.1:8008",
        f"http://{PASSWORD}@127.0.0.1:8008",
        f"ann:{PASSWORD}@127.0.0.1:8008",
        f"ftp://ann:{PASSWORD}@127.0.0.1:8008",
        f"//ann:{PASSWORD}@127.0.0.1:8008",
    ],
)
def test_an_address_with_a_password_is_refused_without_telling_it(modules: Modules, host: str) -> None:
    failure(modules, "api_host", "api_secret_key", api_host=host)


def test_blanks_and_slashes_around_the_address_do_no_harm(modules: Modules) -> None:
    for host in (f"{modules.lab.url}/", f"{modules.lab.url}//", f" {modules.lab.url}"):
        assert modules.server_info(api_host=host)["server"]["version"] == "3.30.0", host


def test_nothing_given(modules: Modules) -> None:
    words = (
        "api_host",
        "CLEARML_API_HOST",
        "api_access_key",
        "api_secret_key",
        "CLEARML_API_SECRET_KEY",
        "config_file",
    )
    failure(modules, *words, api_host="", api_access_key=None, api_secret_key="")
    message = failure(modules, "api_secret_key", api_secret_key=None)
    assert "api_host (" not in message and "api_access_key (" not in message


def test_a_name_that_does_not_resolve(modules: Modules, pauses: list[float]) -> None:
    failure(modules, "clearml.invalid", "does not resolve", "api_host", api_host="http://clearml.invalid:8008")
    assert pauses == [], "trying again does not help"


def test_a_port_that_refuses(modules: Modules, pauses: list[float]) -> None:
    host = f"http://127.0.0.1:{closed_port()}"
    failure(modules, host, "refused", "api_host", api_host=host)
    assert len(pauses) == _client.ATTEMPTS - 1, "a server that is only starting is waited for"


def test_a_path_in_the_address(modules: Modules) -> None:
    host = f"{modules.lab.url}/api"
    failure(modules, host, "api_host", "path", api_host=host)


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_page_in_place_of_the_api(modules: Modules, status: int) -> None:
    with serving(answering(status, "<html>Sign in</html>", Content_Type="text/html; charset=utf-8")) as port:
        host = f"http://127.0.0.1:{port}"
        failure(modules, host, "text/html", str(status), "api_host", "8008", api_host=host)


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '"ok"', "{}", '{"meta": {}, "data": {}}', '{"meta": null, "data": {}}']
)
def test_json_of_somebody_else(modules: Modules, body: str) -> None:
    with serving(answering(200, body, Content_Type="application/json")) as port:
        failure(modules, f"http://127.0.0.1:{port}", "ClearML", api_host=f"http://127.0.0.1:{port}")


def test_a_redirect_is_not_followed(modules: Modules) -> None:
    for status in (301, 302, 307, 308):
        with serving(answering(status, Location="https://new.example/auth.login")) as port:
            host = f"http://127.0.0.1:{port}"
            failure(modules, host, "redirects", "new.example", "api_host", api_host=host)


# ---- TLS


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_private_ca(tls: RunningLab, tmp_path: Path) -> None:
    modules = Modules(tls)
    assert modules.server_info()["server"]["version"] == "3.30.0"
    failure(modules, tls.url, "not trusted", "ca_path", ca_path=None)
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    failure(modules, tls.url, "not trusted", "ca_path", ca_path=str(other))
    failure(modules, "ca_path", str(tmp_path / "none.pem"), "no such file", ca_path=str(tmp_path / "none.pem"))
    assert modules.server_info(ca_path=None, validate_certs=False)["server"]


def test_a_ca_file_that_is_none(tls: RunningLab, tmp_path: Path) -> None:
    for content in ("", "no certificate"):
        broken = tmp_path / "broken.pem"
        broken.write_text(content)
        failure(Modules(tls), "ca_path", str(broken), ca_path=str(broken))


def test_a_bundle_of_the_environment(tls: RunningLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls.ca_file))
    assert Modules(tls).server_info(ca_path=None)["server"]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    failure(Modules(tls), "REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"), ca_path=None)
    assert Modules(tls).server_info()["server"], "the option counts more"


@pytest.mark.parametrize(
    ("name", "host", "words"),
    [
        ("other.example", "localhost", "another host name"),
        ("other.example", "127.0.0.1", "another"),
        ("10.0.0.1", "127.0.0.1", "another address"),
    ],
)
def test_a_certificate_for_somebody_else(modules: Modules, tmp_path: Path, name: str, host: str, words: str) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with serving(answering(200), context) as port:
        failure(modules, host, words, api_host=f"https://{host}:{port}", ca_path=str(tmp_path / "ca.pem"))


def test_a_certificate_that_has_expired(modules: Modules, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    authority.issue_cert("127.0.0.1", not_after=yesterday).configure_cert(context)
    with serving(answering(200), context) as port:
        failure(modules, "expired", api_host=f"https://127.0.0.1:{port}", ca_path=str(tmp_path / "ca.pem"))


def test_https_to_a_plain_port(modules: Modules) -> None:
    host = modules.lab.url.replace("http:", "https:")
    failure(modules, host, "does not speak TLS", "http://", api_host=host)


def test_http_to_a_tls_port(tls: RunningLab) -> None:
    host = tls.url.replace("https:", "http:")
    failure(Modules(tls), host, "https://", api_host=host)


# ---- proxies


def test_a_proxy_that_is_not_there(modules: Modules, tls: RunningLab) -> None:
    proxy = f"http://joe:{PASSWORD}@127.0.0.1:{closed_port()}"
    for one in (modules, Modules(tls)):
        failure(one, one.lab.url, "proxy", proxy=proxy)


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_refuses(modules: Modules, tls: RunningLab, status: int) -> None:
    with serving(answering(status, "<html>no</html>", Content_Type="text/html")) as port:
        for one in (modules, Modules(tls)):
            failure(one, one.lab.url, "proxy", proxy=f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("proxy", ["http://", "http://[::1", "gopher://127.0.0.1:1", "socks5://127.0.0.1:1", "::"])
def test_a_proxy_that_is_no_url(modules: Modules, proxy: str) -> None:
    failure(modules, "proxy", proxy=proxy)


def test_a_proxy_is_used(modules: Modules, tls: RunningLab, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[str] = []
    with serving(proxying(passed)) as port:
        proxy = f"http://127.0.0.1:{port}"
        for one in (modules, Modules(tls)):
            address = one.lab.url.partition("//")[2]
            one.server_info()
            assert passed == []
            one.server_info(proxy=proxy)
            assert passed and address in passed.pop()
            passed.clear()
            with monkeypatch.context() as environment:
                environment.setenv("HTTP_PROXY" if one is modules else "HTTPS_PROXY", proxy)
                environment.setenv("http_proxy" if one is modules else "https_proxy", proxy)
                one.server_info()
                assert passed and address in passed.pop()
                passed.clear()
                environment.setenv("NO_PROXY", "127.0.0.1")
                environment.setenv("no_proxy", "127.0.0.1")
                one.server_info()
                assert passed == []
                one.server_info(proxy=proxy)
                assert passed, "the option counts more than NO_PROXY"
                passed.clear()


# ---- who calls


def test_wrong_keys(acme: Modules) -> None:
    control = acme.lab.control
    pair = acme.credentials(company="acme", user="ann@acme.example", label="ci")["credentials"]
    key, secret = pair["access_key"], pair["secret_key"]
    failure(Modules(acme.lab, "NOSUCHKEY", secret), "NOSUCHKEY", "api_access_key", "401")
    failure(Modules(acme.lab, key, f"{PASSWORD}-secret"), key, "api_access_key", "secret", "401")
    control.expire_key(key)
    failure(Modules(acme.lab, key, secret), key, "expired")
    acme.credentials(company="acme", user="ann@acme.example", label="ci", state="absent")
    failure(Modules(acme.lab, key, secret), key, "revoked")
    for odd in ("kéy", "key:colon", "k\ney", "key "):
        failure(Modules(acme.lab, odd, secret), "api_access_key")
    failure(Modules(acme.lab, key, f"{PASSWORD}ü\n"), key, "api_access_key")


def test_a_missing_right(acme: Modules) -> None:
    pair = acme.credentials(company="acme", user="ann@acme.example", label="ci")["credentials"]
    own = Modules(acme.lab, pair["access_key"], pair["secret_key"])
    failure(own, "login.get_settings", "403", pair["access_key"], "right", module="login_rules", domains=[])


def test_an_endpoint_that_this_server_does_not_have(acme: Modules) -> None:
    acme.lab.control.set_switches(missing_endpoints=["queues.get_all"], server_version="3.20.1", api_version="2.36")
    failure(acme, "queues.get_all", "3.20.1", "2.36", module="queue", company="acme", name="gpu-1")
    acme.lab.control.set_switches(missing_endpoints=["server.info"])
    failure(acme, "server.info", "does not offer")


def test_netrc_is_not_used(modules: Modules, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (".netrc", "other"):
        (tmp_path / name).write_text(f"machine 127.0.0.1 login somebody password {PASSWORD}\n")
        (tmp_path / name).chmod(0o600)
    assert modules.server_info()["caller"]["role"] == "system"
    monkeypatch.setenv("NETRC", str(tmp_path / "other"))
    assert modules.server_info()["caller"]["role"] == "system"


# ---- a server in trouble


def queues(modules: Modules) -> list[str]:
    """The names of all queues but the one that the server comes with."""
    return [queue["name"] for queue in modules.lab.control.state()["queues"] if queue["name"] != "default"]


def arrived(modules: Modules, endpoint: str, number: int) -> None:
    """Wait until that many calls have arrived: a delayed one outlives the client that gave it up."""
    deadline = time.monotonic() + 20
    while modules.lab.control.counts()["by_endpoint"].get(endpoint) != number:
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def called_since(modules: Modules, endpoint: str) -> list[str]:
    """The endpoints called since the first call of this one, that one included."""
    called = [request["endpoint"] for request in modules.lab.control.requests()]
    return called[called.index(endpoint) :]


def test_a_read_that_takes_too_long(acme: Modules, pauses: list[float]) -> None:
    acme.lab.control.order_fault("queues.get_all", "delay", seconds=0.6, times=1)
    assert acme.queue_info(company="acme", timeout=0.3)["queues"] == []
    assert len(pauses) == 1
    acme.lab.control.order_fault("queues.get_all", "delay", seconds=0.3, times=9)
    failure(acme, acme.lab.url, "0.1 s", "timeout", "queues.get_all", module="queue_info", company="acme", timeout=0.1)
    arrived(acme, "queues.get_all", 2 + _client.ATTEMPTS)


@pytest.mark.parametrize("effect", ["before", "after"])
def test_a_write_that_takes_too_long(acme: Modules, effect: str) -> None:
    acme.lab.control.order_fault("queues.create", "delay", seconds=0.8, effect=effect)
    result = acme.run("queue", company="acme", name="gpu-1", timeout=0.4)
    arrived(acme, "queues.create", 2 if effect == "before" else 1)
    assert not result.get("failed"), result["msg"]
    assert queues(acme) == ["gpu-1"]
    assert not acme.queue(company="acme", name="gpu-1")["changed"]


def test_slow_down(acme: Modules, pauses: list[float]) -> None:
    for endpoint in ("queues.get_all", "queues.create"):
        acme.lab.control.order_fault(endpoint, "status", status=429, retry_after=7)
        acme.lab.control.order_fault(endpoint, "status", status=429, nth=2, retry_after=3600)
    assert acme.queue(company="acme", name="gpu-1")["changed"]
    assert queues(acme) == ["gpu-1"]
    longest = _client.LONGEST_PAUSE
    assert len(pauses) == 4
    for pause, asked in zip(pauses, [7, longest, 7, longest], strict=True):
        assert 0.8 * asked <= pause <= 1.2 * asked


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_busy_server_is_asked_again(acme: Modules, pauses: list[float], status: int) -> None:
    acme.queue(company="acme", name="gpu-1")
    acme.lab.control.order_fault("reads", "status", status=status, nth=2, times=4)
    assert not acme.queue(company="acme", name="gpu-1")["changed"]
    assert len(pauses) == 4
    acme.lab.control.order_fault("reads", "status", status=status, times=99)
    failure(acme, acme.lab.url, str(status), module="queue", company="acme", name="gpu-1")


@pytest.mark.parametrize("action_name", ["drop", "html", "not_json", "status"])
def test_a_read_without_an_answer(acme: Modules, action_name: str) -> None:
    acme.lab.control.order_fault("queues.get_all", action_name, times=99)
    failure(acme, acme.lab.url, "queues.get_all", module="queue_info", company="acme")


LOST = [
    *[("status", status) for status in (500, 502, 503, 504)],
    *[(action_name, 503) for action_name in ("drop", "html", "not_json")],
]


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize(("action_name", "status"), LOST)
def test_a_write_without_an_answer_is_looked_for(acme: Modules, action_name: str, status: int, effect: str) -> None:
    acme.lab.control.order_fault("queues.create", action_name, status=status, effect=effect)
    made = acme.queue(company="acme", name="gpu-1", tags=["a"])
    assert made["changed"] and made["queue"]["tags"] == ["a"]
    called = called_since(acme, "queues.create")
    assert called[1] == "queues.get_all", "it looks first"
    assert called.count("queues.create") == (2 if effect == "before" else 1)
    assert queues(acme) == ["gpu-1"]


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize(("action_name", "status"), LOST)
def test_a_key_pair_without_an_answer_is_made_anew(acme: Modules, action_name: str, status: int, effect: str) -> None:
    acme.lab.control.order_fault("auth.create_credentials", action_name, status=status, effect=effect)
    pair = acme.credentials(company="acme", user="ann@acme.example", label="ci")["credentials"]
    assert Modules(acme.lab, pair["access_key"], pair["secret_key"]).server_info()["caller"]["role"] == "user"
    entries = acme.lab.control.state()["auth_entries"]
    held = next(entry for entry in entries if entry["email"] == "ann@acme.example")["credentials"]
    assert [one["key"] for one in held] == [pair["access_key"]], "no pair is left whose secret nobody knows"


@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("endpoint", ["queues.get_all", "queues.create", "tenants.get_tenant_info"])
def test_a_token_that_expires_on_the_way(acme: Modules, endpoint: str, effect: str) -> None:
    acme.lab.control.order_fault(endpoint, "expire_token", effect=effect)
    assert acme.queue(company="acme", name="gpu-1")["changed"]
    counts = acme.lab.control.counts()["by_endpoint"]
    assert counts["auth.login"] == 2
    assert queues(acme) == ["gpu-1"]


def test_all_tokens_expire_between_two_calls(acme: Modules) -> None:
    client = Client.connect(Connection.from_options(acme.connection))
    first = client.caller
    acme.lab.control.expire_tokens()
    assert client.read("server.config", {}) is not None
    acme.lab.control.expire_tokens()
    client.write("system.create_company", {"name": "globex"})
    assert client.caller == first
    assert acme.lab.control.counts()["by_endpoint"]["auth.login"] == 3


def test_a_token_that_always_expires(acme: Modules) -> None:
    acme.lab.control.order_fault("queues.get_all", "expire_token", times=99)
    failure(acme, "queues.get_all", "401", "token", module="queue_info", company="acme")
    assert acme.lab.control.counts()["by_endpoint"]["queues.get_all"] == 2


# ---- where it comes from


def conf(path: Path, host: str, key: str, secret: str, more: str = "") -> str:
    """A clearml.conf as people have it: comments, no quotes where none are needed, a substitution."""
    path.write_text(
        f"""# the SDK's file
api {{
    api_server: ${{?NOBODY_SETS_THIS}}
    api_server = "{host}"  // no comma
    credentials {{"access_key" = "{key}", "secret_key" = "{secret}"}}
    {more}
}}
sdk.development.worker {{ ping_period_sec: 30 }}
"""
    )
    return str(path)


def as_a_task(options: dict[str, t.Any], environment: dict[str, str]) -> Result:
    """clearml_server_info as the action plugin runs it, with the task's environment on top of the process's."""
    action.SESSIONS.clear()
    action.InProcessModule.arguments = {**options, "_ansible_module_name": "clearml_server_info"}
    action.InProcessModule.result = {}
    module = importlib.import_module(f"{action.MODULES}clearml_server_info")
    with action.surroundings(environment, "."), contextlib.suppress(SystemExit):
        module.main(action.InProcessModule)
    return action.InProcessModule.result


LEVELS = ["option", "task", "process", "file"]


@pytest.mark.parametrize("first", range(len(LEVELS)))
def test_options_task_process_file(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, first: int
) -> None:
    """Of all that is given, the nearest counts."""
    control = modules.lab.control
    keys = {level: control.add_identity(level, "d1bd92a3b039400cbafc60a7a5b1e52b", "user") for level in LEVELS}
    options: dict[str, str] = {}
    task: dict[str, str] = {}
    for level in LEVELS[first:]:
        key, secret = keys[level]["access_key"], keys[level]["secret_key"]
        if level == "option":
            options = {"api_host": modules.lab.url, "api_access_key": key, "api_secret_key": secret}
        elif level == "file":
            monkeypatch.setenv("CLEARML_CONFIG_FILE", conf(tmp_path / "clearml.conf", modules.lab.url, key, secret))
        else:
            prefixed = {"HOST": modules.lab.url, "ACCESS_KEY": key, "SECRET_KEY": secret}
            for name, value in prefixed.items():
                if level == "task":
                    task[f"CLEARML_API_{name}"] = value
                else:
                    monkeypatch.setenv(f"CLEARML_API_{name}", value)
    result = as_a_task(options, task)
    assert result["caller"]["user"] == LEVELS[first], result
    assert not any(one["secret_key"] in json.dumps(result) for one in keys.values())


def test_a_file_is_only_read_if_it_is_named(modules: Modules, tmp_path: Path) -> None:
    named = conf(tmp_path / "clearml.conf", *modules.connection.values())
    assert "missing" in run_module("clearml_server_info", {})["msg"]
    assert run_module("clearml_server_info", {"config_file": named})["caller"]["role"] == "system"
    assert run_module("clearml_server_info", {"config_file": "~/clearml.conf"})["caller"]["role"] == "system"
    option = conf(tmp_path / "other.conf", modules.lab.url, "NOSUCHKEY", PASSWORD)
    result = run_module("clearml_server_info", {"config_file": named}, environment={"CLEARML_CONFIG_FILE": option})
    assert result["caller"]["role"] == "system"


def test_what_a_file_lacks(modules: Modules, tmp_path: Path) -> None:
    path = tmp_path / "clearml.conf"
    for content in ("", "sdk { a = 1 }", "api { web_server = x }", "api.credentials = {}"):
        path.write_text(content)
        message = run_module("clearml_server_info", {"config_file": str(path)})["msg"]
        assert "api_host" in message and "api.api_server" in message and "api.credentials.secret_key" in message


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_file_says_how_to_verify(tls: RunningLab, tmp_path: Path) -> None:
    given = (tls.url, tls.system_key, tls.system_secret)
    path = tmp_path / "clearml.conf"
    for verify in ("false", f'"{tls.ca_file}"'):
        named = conf(path, *given, f"verify_certificate = {verify}")
        assert run_module("clearml_server_info", {"config_file": named})["server"]
    named = conf(path, *given, "verify_certificate = true")
    assert "ca_path" in run_module("clearml_server_info", {"config_file": named})["msg"]
    named = conf(path, *given, 'verify_certificate = "/nowhere/ca.pem"')
    message = run_module("clearml_server_info", {"config_file": named})["msg"]
    assert "Unexpected" not in message and "verify_certificate" in message and "/nowhere/ca.pem" in message


def test_a_file_that_is_not_there(modules: Modules, tmp_path: Path) -> None:
    failure(modules, "config_file", "none.conf", "no such file", config_file=str(tmp_path / "none.conf"))
    failure(modules, "config_file", str(tmp_path), config_file=str(tmp_path))


@pytest.mark.parametrize(
    "content",
    [
        f'api {{ credentials {{ "secret_key" = "{PASSWORD}"',
        f"api = {PASSWORD}",
        f"api {{ credentials = {PASSWORD} }}",
        f"[{PASSWORD}]",
        f"api {{ credentials {{ secret_key = ${{{PASSWORD}}} }} }}",
        f"api {{ api_server = [{PASSWORD}] }}",
        f"\x00\xff {PASSWORD}",
    ],
)
def test_a_broken_file_is_named_and_not_told(modules: Modules, tmp_path: Path, content: str) -> None:
    path = tmp_path / "clearml.conf"
    path.write_bytes(content.encode("latin-1"))
    message = run_module("clearml_server_info", {"config_file": str(path)})["msg"]
    assert "Unexpected" not in message, message
    assert PASSWORD not in message
    assert "config_file" in message


def test_missing_libraries(modules: Modules, tmp_path: Path) -> None:
    named = conf(tmp_path / "clearml.conf", modules.lab.url, "key", PASSWORD)
    with mock.patch.dict(sys.modules, {"pyhocon": None}):
        failure(modules, "pyhocon", "config_file", named, config_file=named)
    with mock.patch.object(_transport, "HAS_REQUESTS", False):
        failure(modules, "requests", "Python library")
