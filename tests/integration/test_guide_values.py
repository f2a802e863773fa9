# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site's variables make the values that the first installation guide prints, and the variables of every provider."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pyhocon
import pytest
import yaml

from lab.kube.testing import RunningKube, running_kube
from tests.integration.test_golden_values import rendered

ADMINS = (
    "config_vault experiments queues show_projects resource_dashboard user_management user_management_advanced "
    "app_management sso_management service_users resource_policy"
)
KAFKA, REDIS = "clearml-billing-kafka.clearml-billing:9092", "clearml-billing-redis-master.clearml-billing"
IDP = "https://idp.example.com"
SITE: dict[str, t.Any] = {
    "clearml_server_base_domain": "example.com",
    "clearml_server_image_tags": {"apiserver": "3.21.6-1443", "webserver": "3.21.3-1657"},
    "clearml_server_supervisor": {"email": "admin@example.com"},
    "clearml_server_sso": {
        "oauth": {
            "auth0": {
                "client_id": "id-of-the-guide",
                "base_url": f"{IDP}/",
                "authorize_url": f"{IDP}/authorize",
                "access_token_url": f"{IDP}/oauth/token",
                "audience": f"{IDP}/api/v2/",
            }
        }
    },
    "clearml_server_sso_secrets": {"auth0": "not-in-any-value"},
    "clearml_server_billing": {
        "kafka": {"username": "billing", "password_from": {"name": "kafka", "namespace": "clearml-billing", "key": "p"}}
    },
}
#: The guide's variables, as it prints their names; null is one whose value is secret.
GUIDE = {
    "CLEARML__billing__enabled": "true",
    "CLEARML__HOSTS__KAFKA__BILLING__HOST": f'["{KAFKA}"]',
    "CLEARML__HOSTS__REDIS__BILLING__HOST": REDIS,
    "CLEARML__HOSTS__REDIS__BILLING__DB": "2",
    "CLEARML__SECURE__KAFKA__BILLING__security_protocol": "SASL_PLAINTEXT",
    "CLEARML__SECURE__KAFKA__BILLING__sasl_mechanism": "SCRAM-SHA-512",
    "CLEARML__SECURE__KAFKA__BILLING__sasl_plain_username": "billing",
    "CLEARML__SECURE__KAFKA__BILLING__sasl_plain_password": None,
    "CLEARML__secure__login__sso__oauth_client__auth0__client_id": "id-of-the-guide",
    "CLEARML__secure__login__sso__oauth_client__auth0__client_secret": None,
    "CLEARML__services__login__sso__oauth_client__auth0__base_url": f"{IDP}/",
    "CLEARML__services__login__sso__oauth_client__auth0__authorize_url": f"{IDP}/authorize",
    "CLEARML__services__login__sso__oauth_client__auth0__access_token_url": f"{IDP}/oauth/token",
    "CLEARML__services__login__sso__oauth_client__auth0__audience": f"{IDP}/api/v2/",
    "CLEARML__apiserver__company__unique_names": "true",
    "CLEARML__services__organization__features__user_management_advanced": "true",
    "CLEARML__services__auth__ui_features_per_role__user__show_datasets": "false",
    "CLEARML__services__auth__ui_features_per_role__user__show_orchestration": "false",
    "CLEARML__services__workers__resource_usages__supervisor_company": "d1bd92a3b039400cbafc60a7a5b1e52b",
    "CLEARML__services__auth__default_groups__users__features": '["applications"]',
    "CLEARML__services__auth__default_groups__admins__features": json.dumps(ADMINS.split()),
    "CLEARML__services__applications__max_running_apps_per_company": "3",
    "CLEARML__secure__credentials__supervisor__role": "system",
    "CLEARML__secure__credentials__supervisor__allow_login": "true",
    "CLEARML__secure__credentials__supervisor__user_key": None,
    "CLEARML__secure__credentials__supervisor__user_secret": None,
    "CLEARML__secure__credentials__supervisor__sec_groups": '["users", "admins", "queue_admins"]',
    "CLEARML__secure__credentials__supervisor__email": '"admin@example.com"',
}
#: One tenant's agent in the same guide. Its queues have parts of an A100 with 40 GB.
AGENT: dict[str, t.Any] = {
    "agent_namespace": "acme",
    "agent_urls": {name: f"https://{name}.example.com" for name in ("api", "app", "files")},
    "agent_gpu_model": "a100-40gb",
    "agent_credentials_checksum": "0" * 64,
    "agent_sessions": {"enabled": True, "external_ip": "203.0.113.10", "starting_port": 31010, "max_services": 10},
    "agent_redis": {"host": "redis-master.redis-shared", "password_secret": "clearml-shared-redis"},
}
#: What only the guide of the classic packaging has. It prepares sessions, and does not open their ports yet.
CLASSIC_AGENT = {
    "agent_image_tag": "1.24-1.8.1rc99-159",
    "agent_debug": True,
    "agent_values": {"sessions": {"portModeEnabled": False}},
}
PARTS = {"default": ("0", ""), "gpu-fraction-1_00": ("1", "7g.40gb"), "gpu-fraction-0_50": ("0.5", "3g.20gb")}
PARTS["gpu-fraction-0_25"] = ("0.25", "2g.10gb")
#: The settings that are documented for each provider: what the server looks for in its secure file, and the rest.
PROVIDERS = {
    "oauth": {
        "auth0": (["client_id"], ["base_url", "authorize_url", "access_token_url", "audience"]),
        "keycloak": (
            ["client_id", "default_company"],
            ["base_url", "authorize_url", "access_token_url", "idp_logout", "claims", "groups", "admin_role"],
        ),
        "okta": (["client_id"], ["base_url", "authorize_url", "access_token_url"]),
        "ping": (["client_id", "default_company"], ["authorize_url", "access_token_url", "code_challenge", "groups"]),
        "google": (["client_id", "default_company"], []),
        "azure_ad": (["client_id"], ["authorize_url", "access_token_url"]),
        "ad_oauth": (["client_id", "default_company"], ["authorize_url", "access_token_url"]),
        "cognito": (["client_id", "default_company"], ["authorize_url", "identity_provider", "display_name"]),
    },
    "saml": {
        "duo": (["entity_id", "idp_metadata_file", "default_company"], []),
        "google_saml": (["entity_id", "idp_metadata_file", "default_company"], []),
        "jumpcloudsaml": (["entity_id", "idp_metadata_file", "default_company"], []),
        "microsoft_ad": (["entity_id", "idp_metadata_file", "default_company"], ["claims", "groups"]),
    },
}


@pytest.fixture(scope="module")
def kube() -> t.Iterator[RunningKube]:
    with running_kube() as kube:
        yield kube


def variables(values: dict[str, t.Any]) -> dict[str, t.Any]:
    """The server's variables as it reads them: by the path in small letters; null for what a Secret has."""
    return {
        one["name"].lower(): read(one["value"]) if "value" in one else None
        for one in values["apiserver"]["extraEnvs"]
        if one["name"].startswith("CLEARML__")
    }


def read(value: str) -> t.Any:
    return pyhocon.ConfigFactory.parse_string(f"a: {value}")["a"]


def test_the_first_guide_key_by_key(kube: RunningKube, tmp_path: Path) -> None:
    found = yaml.safe_load(rendered("clearml_server", "classic", SITE, kube, tmp_path))
    values = found["values"]
    guide = {name.lower(): None if value is None else read(value) for name, value in GUIDE.items()}
    assert variables(values) == guide
    for component, host in (("apiserver", "api"), ("fileserver", "files"), ("webserver", "app")):
        part = values[component]
        assert part["ingress"] == {"enabled": True, "hostName": f"{host}.example.com"}
        assert part["service"] == {"type": "ClusterIP"}
    assert values["apiserver"]["image"] == {"tag": "3.21.6-1443"}
    assert values["webserver"]["image"] == {"tag": "3.21.3-1657"}
    assert values["clearml"] == {"cookieDomain": "example.com"}
    assert values["clearmlApplications"] == {"enabled": True}
    assert {"name": "clearml-registry", "key": "token", "path": "imageCredentials.password"} in found["values_from"]
    assert set(values) == {"apiserver", "fileserver", "webserver", "clearml", "clearmlApplications", "mongodb"}


@pytest.mark.parametrize("packaging", ["classic", "oci"])
def test_an_agent_key_by_key(kube: RunningKube, tmp_path: Path, packaging: str) -> None:
    classic = packaging == "classic"
    found = yaml.safe_load(rendered("agent", packaging, AGENT | (CLASSIC_AGENT if classic else {}), kube, tmp_path))
    values = found["values"]
    usage = "required-resources" if classic else "clear.ml/resource-usage"
    billed = {"billing-monitored": "true"} if classic else {}
    glue = values["agentk8sglue"]
    told = {one["name"]: one.get("value", one.get("valueFrom")) for one in glue.pop("extraEnvs")}
    assert told.pop("CLEARML_CREDENTIALS_CHECKSUM") == "0" * 64
    assert told == {
        "CLEARML_K8S_SUPPORT_SUSPENSION": "1",
        "CLEARML_K8S_PORTS_MODE_ON_REQUEST_ONLY": "1",
        "CLEARML_AGENT_REDIS_HOST": "redis-master.redis-shared",
        "CLEARML_AGENT_REDIS_PORT": "6379",
        "CLEARML_AGENT_REDIS_DB": "0",
        "CLEARML_AGENT_REDIS_PASSWORD": {"secretKeyRef": {"name": "clearml-shared-redis", "key": "password"}},
    }
    queues = {
        name: {
            "queueSettings": {"maxPods": 10},
            "templateOverrides": {
                "labels": {usage: share, **billed},
                **({"resources": {"limits": {f"nvidia.com/mig-{part}": 1}}} if part else {}),
            },
        }
        for name, (share, part) in PARTS.items()
    }
    assert glue == {
        "apiServerUrlReference": "https://api.example.com",
        "webServerUrlReference": "https://app.example.com",
        "fileServerUrlReference": "https://files.example.com",
        "defaultContainerImage": "python:3.9",
        "createQueues": True,
        "monitoredResources": {
            "maxResources": 3,
            "minResourcesFieldName": f"metadata|labels|{usage}",
            "maxResourcesFieldName": f"metadata|labels|{usage}",
        },
        "queues": queues,
        **({"debugMode": True, "image": {"tag": "1.24-1.8.1rc99-159"}} if classic else {}),
    }
    sessions = {"portModeEnabled": not classic, "externalIP": "203.0.113.10", "startingPort": 31010, "maxServices": 10}
    assert values["sessions"] == sessions | ({"agentID": "acme"} if classic else {})
    places = {one["path"] for one in found["values_from"]}
    assert places == (
        {"imageCredentials.password", "clearml.agentk8sglueKey", "clearml.agentk8sglueSecret"} if classic else set()
    )


def test_a_clean_installation_of_today(kube: RunningKube, tmp_path: Path) -> None:
    """What today's guide has a new site set: hosts, the new MongoDB, two settings for tenants, a login for images."""
    found = yaml.safe_load(
        rendered("clearml_server", "oci", {"clearml_server_base_domain": "example.com"}, kube, tmp_path)
    )
    values = found["values"]
    for component, host in (("apiserver", "api"), ("fileserver", "files"), ("webserver", "app")):
        assert values[component]["ingress"] == {"enabled": True, "hostName": f"{host}.example.com"}
    assert values["mongodb"] == {"enabled": False}
    assert values["mckMongodb"] == {"enabled": True, "migrated": True}
    assert values["clearml"] == {"cookieDomain": "example.com"}
    assert values["imageCredentials"] == {"existingImagePullSecrets": [{"name": "clearml-registry"}]}
    told = variables(values)
    assert told["clearml__services__organization__features__user_management_advanced"] is True
    assert told["clearml__apiserver__company__unique_names"] is True
    assert found["values_from"] == []


def test_every_provider_has_its_settings_where_the_server_looks(kube: RunningKube, tmp_path: Path) -> None:
    """Maps below a provider, such as groups, are levels of the path."""
    maps = {"claims": {"name": "n"}, "groups": {"enabled": True, "admins": ["a"]}}
    sso = {
        family: {
            name: {key: maps.get(key, f"{name}'s {key}") for key in [*secure, *services]}
            for name, (secure, services) in providers.items()
        }
        for family, providers in PROVIDERS.items()
    }
    given = {
        **SITE,
        "clearml_server_sso": sso,
        "clearml_server_sso_secrets": dict.fromkeys(PROVIDERS["oauth"], "secret"),
    }
    found = variables(yaml.safe_load(rendered("clearml_server", "oci", given, kube, tmp_path))["values"])
    wanted: dict[str, t.Any] = {}
    for family, providers in PROVIDERS.items():
        for name, (secure, services) in providers.items():
            for file, keys in (("secure", secure), ("services", services)):
                prefix = f"clearml__{file}__login__sso__{family}_client__{name}__"
                for key in keys:
                    parts = maps.get(key)
                    wanted |= (
                        {f"{prefix}{key}__{part}": value for part, value in parts.items()}
                        if parts
                        else {prefix + key: f"{name}'s {key}"}
                    )
            if family == "oauth":
                wanted[f"clearml__secure__login__sso__oauth_client__{name}__client_secret"] = None
    assert {name: value for name, value in found.items() if "__sso__" in name} == wanted
