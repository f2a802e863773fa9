# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values that the roles hand to Helm. A change here restarts servers or agents at everybody who upgrades.

``CLEARML_TEST_WRITE_GOLDEN=1 make integration ARGS='-k golden'`` writes the files anew.
"""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
import yaml

from lab.kube.testing import RunningKube, running_kube
from tests.integration.parity.playbook import COLLECTION, run_playbook

GOLDEN = Path(__file__).parent / "golden"
HEAD = """\
# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

---
"""

#: As little as a site can say.
PLAIN: dict[str, dict[str, t.Any]] = {
    "clearml_server": {"clearml_server_base_domain": "clearml.example.com"},
    "agent": {
        "agent_namespace": "acme",
        "agent_urls": {
            "api": "https://api.clearml.example.com",
            "app": "https://app.clearml.example.com",
            "files": "https://files.clearml.example.com",
        },
        "agent_gpu_model": "a100-40gb",
        "agent_credentials_checksum": "0" * 64,
    },
    "app_gateway": {
        "app_gateway_namespace": "acme",
        "app_gateway_api_url": "https://api.clearml.example.com",
        "app_gateway_host_name": "acme-apps.clearml.example.com",
    },
    "task_traffic_router": {
        "task_traffic_router_namespace": "acme",
        "task_traffic_router_host_name": "acme-apps.clearml.example.com",
    },
}
#: Everything that has an effect on the values.
FULL: dict[str, dict[str, t.Any]] = {
    "clearml_server": {
        **PLAIN["clearml_server"],
        "clearml_server_ingress": {
            "class_name": "nginx",
            "tls_secrets": {"api": "api-tls", "app": "app-tls", "files": "files-tls"},
            "annotations": {"nginx.ingress.kubernetes.io/proxy-body-size": "100m"},
        },
        "clearml_server_image_tags": {"apiserver": "3.21.6-1443", "webserver": "3.21.3-1657"},
        "clearml_server_storage": {
            "class_name": "fast",
            "sizes": {"fileserver": "100Gi", "mongodb": "50Gi", "elasticsearch": "80Gi", "redis": "5Gi"},
        },
        "clearml_server_groups": [{"name": "Data_Scientists", "features": ["applications", "pipelines"]}],
        "clearml_server_supervisor": {"email": "ops@example.com"},
        "clearml_server_sso": {
            "tenant_login": True,
            "oauth": {
                "keycloak": {
                    "client_id": "clearml",
                    "base_url": "https://idp.example.com/",
                    "authorize_url": "https://idp.example.com/authorize?kc_idp_hint=a&b=c",
                    "groups": {"enabled": True, "claim": "groups", "admins": ["clearml-admins"]},
                }
            },
            "saml": {"duo": {"entity_id": "clearml", "claims": {"email": "mail"}}},
        },
        "clearml_server_sso_secrets": {"keycloak": "not-in-any-value"},
        "clearml_server_ldap": {
            "server": "ldaps://ipa.example.com",
            "dn": "uid=reader,dc=example,dc=org",
            "base_dn": "dc=example,dc=org",
            "tls": {"ca_certs": "/opt/clearml/config/ca.pem"},
            "admin_users": ["jane"],
        },
        "clearml_server_ldap_password": "not-in-any-value",
        "clearml_server_credential_lifetime": 7776000,
        "clearml_server_audit_log": {
            "adapter": "logging",
            "logging": {"host": "fluentd.logs", "port": 24224},
            "elastic": {"bulk_enabled": True},
            "default": {"log_data": True, "log_result_data": False},
            "endpoints": {"workers": {"status_report": {"log_data": ["queue", "tags"]}}},
            "fields": {"headers": False},
            "redact_identity": True,
            "rotation": "monthly",
        },
        "clearml_server_custom_events": {
            "kafka": {
                "hosts": ["kafka.events:9092"],
                "username": "clearml",
                "password_from": {"name": "kafka", "namespace": "events", "key": "password"},
            },
            "topics": {"lifecycle": "lives"},
            "usages": {"storage": True},
        },
        "clearml_server_config_files": {"metadata.xml": "<xml/>"},
        "clearml_server_secret_settings_from": [{"setting": "secure.one.token", "name": "own", "key": "token"}],
        "clearml_server_image_registry": "registry.example.com",
        "clearml_server_settings": {"services": {"login": {"email_filters": {"allowed": ["example.com"]}}}},
        "clearml_server_values": {
            "apiserver": {"extraEnvs": [{"name": "CLEARML__apiserver__company__unique_names", "value": "false"}]}
        },
    },
    "agent": {
        **PLAIN["agent"],
        "agent_gpu_model": "h100-80gb",
        "agent_queues": {
            "default": {},
            "half": {"gpu_fraction": 0.57, "max_pods": 4},
            "own": {"gpu_fraction": 0.3, "resource": "example.com/slice", "template_overrides": {"labels": {"a": "b"}}},
        },
        "agent_sessions": {"enabled": True, "external_ip": "203.0.113.10", "starting_port": 31010, "max_services": 10},
        "agent_redis": {"host": "redis-master.redis-shared", "password_secret": "shared-redis"},
        "agent_image_tag": "1.31-3.0.3-469",
        "agent_image_registry": "registry.example.com",
        "agent_usage_field": "resources|limits|nvidia.com/gpu",
        "agent_pod_template": {
            "env": [{"name": "PIP_INDEX_URL", "value": "https://packages.example.com/simple"}],
            "nodeSelector": {"pool": "gpu"},
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
            "volumeMounts": [{"name": "data", "mountPath": "/data"}],
        },
        "agent_environment": {"CLEARML_AGENT_NO_UPDATE": "1"},
        "agent_values": {"agentk8sglue": {"replicaCount": 2}},
    },
    "app_gateway": {
        **PLAIN["app_gateway"],
        "app_gateway_host_name": "",
        "app_gateway_service_type": "NodePort",
        "app_gateway_external_url": "http://203.0.113.10:30080",
        "app_gateway_cookie_name": "own-cookie",
        "app_gateway_tcp": {
            "address": "tcp.clearml.example.com",
            "first_port": 31100,
            "last_port": 31119,
            "service_type": "LoadBalancer",
            "load_balancer_class": "internal",
        },
        "app_gateway_certificates": {"extra": [{"alias": "own", "pem": "PEM"}]},
        "app_gateway_environment": {"ROUTER__WEBSERVER__AUTO_RELOAD_CONFIG": "true"},
        "app_gateway_values": {"proxy": {"autoReloadConfig": True}},
    },
    "task_traffic_router": {
        **PLAIN["task_traffic_router"],
        "task_traffic_router_api_url": "https://api.clearml.example.com",
        "task_traffic_router_api_validate_certs": False,
        "task_traffic_router_jwks_key": "not-in-any-value",
        "task_traffic_router_key_spelling": "apiServer",
        "task_traffic_router_cookie_name": "own-cookie",
        "task_traffic_router_tcp": {"address": "tcp.clearml.example.com", "first_port": 31100, "last_port": 31119},
    },
}
#: What only today's packaging has, and what cannot be had with the rest.
TODAY: dict[str, dict[str, t.Any]] = {
    "clearml_server": {
        **PLAIN["clearml_server"],
        "clearml_server_mongodb": "bundled",
        "clearml_server_database_logins": True,
        "clearml_server_storage": {"class_name": "fast"},
        "clearml_server_files_url": "s3://minio.example.com:443/clearml",
        "clearml_server_apps_queue_mode": "per_tenant",
        "clearml_server_certificates": {"extra": [{"alias": "own", "pem": "PEM"}]},
        "clearml_server_metering": {"configuration": "events {}", "mongodb": {"secret": "metering", "key": "uri"}},
        "clearml_server_extra_index_url": "https://packages.example.com/simple",
        "clearml_server_fixed_users": [{"username": "jane", "password": "not-in-any-value"}],
    },
    "agent": {
        **PLAIN["agent"],
        "agent_queues": {"default": {"default_image": "python:3.12"}},
        "agent_image_credentials": ["mirror"],
        "agent_apps_queue": True,
        "agent_dashboard": {
            "report_type": "global",
            "report_seconds": 600,
            "gpu": {
                "max": 0,
                "discovery": True,
                "base_selector": "gpu=true",
                "node_selector": "a=b",
                "count_label": "gpus",
            },
            "cpu": {
                "max": 64,
                "discovery": False,
                "node_selector": "c=d",
                "namespaced": True,
                "namespace": "acme-work",
            },
        },
        "agent_use_owner_token": True,
        "agent_task_script": "echo ready\nclearml_agent execute \\\n  --full-monitoring --id {task_id}\n# the end\n",
        "agent_certificates": {"extra": [{"alias": "own", "pem": "PEM"}], "propagate": True},
        "agent_air_gapped": True,
        "agent_bootstrap": True,
        "agent_cluster_access": True,
    },
}
#: Parts of GPUs by a label, for any model or none; before version 1.3.0 of the injector with a limit.
FRACTIONS: dict[str, dict[str, t.Any]] = {
    "agent": {
        **PLAIN["agent"],
        "agent_queues": {
            "half": {"template_overrides": {"labels": {"clearml-injector/fraction": "0.500"}}},
            "part": {"gpu_fraction": 0.5, "template_overrides": {"labels": {"clearml-injector/fraction": "0.500"}}},
            "eighth": {
                "template_overrides": {
                    "labels": {"clearml-injector/fraction": "0.125"},
                    "resources": {"limits": {"nvidia.com/gpu": 1}},
                }
            },
            "whole": {"gpu_fraction": 1, "template_overrides": {"resources": {"limits": {"nvidia.com/gpu": 8}}}},
            "own": {"gpu_fraction": 0.125, "template_overrides": {"labels": {"clearml-injector/fraction": "0.125"}}},
        },
    }
}
#: Databases of somebody else.
EXTERNAL: dict[str, dict[str, t.Any]] = {
    "clearml_server": {
        **PLAIN["clearml_server"],
        "clearml_server_mongodb": "bundled",
        "clearml_server_external": {
            "mongodb": {"secret": "databases"},
            "elasticsearch": {"hosts": [{"host": "es.example.com", "port": 9200}]},
            "redis": {"host": "redis.example.com"},
        },
    }
}
KINDS = {"plain": PLAIN, "full": FULL, "today": TODAY, "external": EXTERNAL, "fractions": FRACTIONS}
#: Roles of one packaging.
ONLY = {"app_gateway": ("oci",), "task_traffic_router": ("classic",)}
CASES = [
    pytest.param(role, packaging, name, id=f"{role}-{packaging}-{name}")
    for name, kind in KINDS.items()
    for role in kind
    for packaging in (("oci",) if name in ("today", "external", "fractions") else ONLY.get(role, ("classic", "oci")))
]


class Indented(yaml.SafeDumper):
    """Writes lists as yamllint wants them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """A list below a key is a level deeper."""
        super().increase_indent(flow, False)


@pytest.fixture(scope="module")
def kube_server() -> t.Iterator[RunningKube]:
    with running_kube() as kube:
        yield kube


def rendered(role: str, packaging: str, given: dict[str, t.Any], kube: RunningKube, tmp_path: Path) -> str:
    """What Helm would get, by a check run of the role on an empty cluster."""
    versions = {"clearml_server": "11.0.2", "agent": "5.9.2" if packaging == "classic" else "6.14.6"}
    versions |= {"app_gateway": "3.2.0", "task_traffic_router": "1.1.0"}
    variables = {f"{role}_packaging": packaging, f"{role}_kubeconfig": str(kube.kubeconfig)}
    variables[f"{role}_chart_version"] = versions[role]
    values = tmp_path / "values.yml"
    tasks = [
        {
            "name": "Role",
            "ansible.builtin.include_role": {"name": f"clearml.enterprise.{role}", "public": True},
        },
        {
            "name": "Values",
            "ansible.builtin.copy": {
                "dest": str(values),
                "content": "{{ {'values': _" + role + "_contributors | clearml.enterprise.helm_values,"
                " 'values_from': _" + role + "_values_from} | to_nice_yaml(indent=2, width=100) }}",
                "mode": "0600",
            },
            "check_mode": False,
        },
    ]
    play = {"hosts": "tenant", "gather_facts": False, "vars": {**given, **variables}, "tasks": tasks}
    (tmp_path / "play").mkdir()
    # Outside of the role, its templates are looked for beside the playbook.
    (tmp_path / "play" / "templates").symlink_to(COLLECTION / "roles" / role / "templates")
    run = run_playbook(tmp_path / "play", [play], "--check")
    assert run.code == 0, run.output
    return values.read_text(encoding="utf-8")


@pytest.mark.parametrize(("role", "packaging", "kind"), CASES)
def test_golden_values(role: str, packaging: str, kind: str, kube_server: RunningKube, tmp_path: Path) -> None:
    text = rendered(role, packaging, KINDS[kind][role], kube_server, tmp_path)
    assert "not-in-any-value" not in text
    golden = GOLDEN / f"{role}-{packaging}-{kind}.yml"
    if os.environ.get("CLEARML_TEST_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(HEAD + yaml.dump(yaml.safe_load(text), Dumper=Indented, width=100), encoding="utf-8")
    assert yaml.safe_load(text) == yaml.safe_load(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("role", sorted(PLAIN))
def test_images_that_need_no_token(role: str, kube_server: RunningKube, tmp_path: Path) -> None:
    """Then there is no Secret to read one from."""
    without = {**PLAIN[role], f"{role}_pull_secret": ""}
    found = yaml.safe_load(rendered(role, "classic", without, kube_server, tmp_path))
    assert found["values_from"] and all(one["name"] for one in found["values_from"])
    assert "imageCredentials" not in str(found)
