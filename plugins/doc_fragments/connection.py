# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say which API server to talk to, and as whom."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by all modules of this collection."""

    DOCUMENTATION = r"""
options:
  api_host:
    description:
      - Address of the ClearML API server, without a path.
      - The E(CLEARML_API_HOST) variable of the task's or the process's environment is used if the option is not given,
        then C(api.api_server) of O(config_file).
    type: str
  api_access_key:
    description:
      - Access key of the key pair to sign in with.
      - Falls back to E(CLEARML_API_ACCESS_KEY), then to C(api.credentials.access_key) of O(config_file).
    type: str
  api_secret_key:
    description:
      - Secret of the key pair.
      - Falls back to E(CLEARML_API_SECRET_KEY), then to C(api.credentials.secret_key) of O(config_file).
    type: str
  config_file:
    description:
      - A C(clearml.conf) to take from what neither options nor environment give. No file is read unless it is named.
      - Falls back to E(CLEARML_CONFIG_FILE). Reading it needs the Python library C(pyhocon).
    type: path
  validate_certs:
    description: Whether to check the server's TLS certificate.
    type: bool
    default: true
  ca_path:
    description: File or directory with the certificates of a private certificate authority, in PEM form.
    type: path
  proxy:
    description:
      - URL of a proxy for the requests to the API server.
      - Without it the usual E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY) count.
    type: str
  connect_timeout:
    description: Longest wait for a connection, in seconds.
    type: float
    default: 10.0
  timeout:
    description: Longest wait for an answer, in seconds.
    type: float
    default: 60.0
  unborn_server:
    description:
      - Take the server as not yet installed, in check mode only. Nothing is read, and everything is planned as new.
      - So a check run foresees what is in a server that an earlier task of the same run would install.
    type: bool
    default: false
requirements:
  - requests >= 2.28
notes:
  - The action group C(clearml.enterprise.clearml) holds all modules of the collection, so that
    C(module_defaults) can set the connection once.
  - With C(ansible_connection=local) and C(ansible_python_interpreter) equal to C(ansible_playbook_python) a
    task runs inside the controller's own process, and the items of a loop share one login.
"""
