# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata that a SAML provider gives out, as text or as a file."""

from __future__ import annotations

import typing as t
from xml.parsers import expat

from ansible_collections.clearml.enterprise.plugins.module_utils._errors import InvalidInput

DESCRIPTOR = "urn:oasis:names:tc:SAML:2.0:metadata EntityDescriptor"


def read_metadata(path: str) -> str:
    """The text of a metadata file.

    :raises InvalidInput: if there is no such file, or it is no text
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except OSError as error:
        raise InvalidInput(f"idp_metadata_file is {path!r}, and it cannot be read ({error.strerror})") from None
    except ValueError:
        raise InvalidInput(f"idp_metadata_file is {path!r}, and it is no text in UTF-8") from None


def check_metadata(text: str, option: str) -> None:
    """Refuse what is no SAML metadata. A document type could hold entities that grow without end, so none is read.

    :raises InvalidInput: naming the option
    """
    elements: set[str] = set()

    def refuse(*_arguments: t.Any) -> None:
        raise InvalidInput(f"{option} has a document type (<!DOCTYPE ...>), which SAML metadata never needs; remove it")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _attributes: elements.add(name)
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise InvalidInput(
            f"{option} is no XML (line {error.lineno}: {expat.ErrorString(error.code)}); give the metadata that the "
            "provider offers for download"
        ) from None
    if DESCRIPTOR not in elements:
        raise InvalidInput(f"{option} is no SAML metadata: there is no EntityDescriptor in it")
