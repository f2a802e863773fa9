# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sso: what can be done with a configuration before it is stored."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from lab.endpoints import sso_forms
from lab.endpoints.registry import Call, endpoint
from lab.endpoints.sso_forms import Provider
from lab.endpoints.sso_rows import provider_of, settings_of
from lab.wire import errors
from lab.world.records import Json

_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


def _complete(call: Call) -> tuple[Provider, str, Json]:
    """Provider, id and settings of a request whose configuration has all that it needs."""
    provider = provider_of(call)
    key, settings = settings_of(call, provider)
    missing = sso_forms.missing(provider, settings)
    if missing:
        raise errors.incomplete_provider_configuration(missing)
    return provider, key or provider.key, settings


@endpoint("sso.test_provider_configuration", writes=False)
def test_provider_configuration(call: Call) -> Json:
    """Where a trial login starts; the lab does not go there."""
    provider, key, settings = _complete(call)
    if provider.category == "oidc":
        start, field, query = str(settings["authorization_endpoint"]), "authorization_endpoint", _query(settings, key)
    else:
        start, field, query = _single_sign_on(str(settings["idp_metadata"])), "idp_metadata", {}
    if urlsplit(start).scheme not in ("http", "https"):
        raise errors.bad_value("no address to log in at", field=field)
    if state := _state(call):
        query["state" if provider.category == "oidc" else "RelayState"] = state
    return {"redirect_url": f"{start}{'&' if '?' in start else '?'}{urlencode(query)}" if query else start}


def _state(call: Call) -> str:
    state = call.body.get("state") or ""
    try:
        base64.b64decode(state.encode("ascii"), validate=True).decode("ascii")
    except (UnicodeError, binascii.Error):
        raise errors.validation("state is no base64 of ASCII text") from None
    return str(state)


def _query(settings: Json, key: str) -> Json:
    """What an OIDC provider is told about the login."""
    scopes = [settings.get("scopes") or "openid,profile,email", settings.get("additional_scopes") or ""]
    return {
        "response_type": "code",
        "client_id": settings["client_id"],
        "redirect_uri": sso_forms.callback(settings, key),
        "scope": " ".join(",".join(map(str, scopes)).replace(",", " ").split()),
        **(settings.get("authorization_parameters") or {}),
    }


def _single_sign_on(metadata: str) -> str:
    """The address in a SAML provider's metadata at which a login by redirect starts."""
    try:
        services = list(ElementTree.fromstring(metadata).iter(f"{{{_METADATA}}}SingleSignOnService"))
    except ElementTree.ParseError as error:
        raise errors.bad_value("idp_metadata is no XML", err=error) from None
    return next((s.get("Location", "") for s in services if s.get("Binding") == _REDIRECT), "")


@endpoint("sso.download_saml_sp_metadata", writes=False)
def download_saml_sp_metadata(call: Call) -> Json:
    """What a SAML provider wants to know about the server, as XML."""
    provider = provider_of(call)
    if provider.category != "saml":
        raise errors.bad_value("no SAML provider", provider=provider.key)
    key, settings = settings_of(call, provider)
    if not settings.get("entity_id"):
        raise errors.incomplete_provider_configuration(["entity_id"])
    signed = str(bool(settings.get("sign_requests"))).lower()
    wanted = str(bool(settings.get("require_signed_assertions"))).lower()
    service = (
        f'<AssertionConsumerService index="0" Binding="{_POST}" '
        f"Location={quoteattr(sso_forms.callback(settings, key or provider.key))}/>"
    )
    return {
        "metadata": f'<EntityDescriptor xmlns="{_METADATA}" entityID={quoteattr(str(settings["entity_id"]))}>'
        f'<SPSSODescriptor AuthnRequestsSigned="{signed}" WantAssertionsSigned="{wanted}" '
        f'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{service}</SPSSODescriptor>'
        "</EntityDescriptor>"
    }
