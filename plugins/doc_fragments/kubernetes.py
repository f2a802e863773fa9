# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say which cluster."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation shared by the modules that work on Kubernetes."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - The kubeconfig of the cluster.
      - Falls back to E(K8S_AUTH_KUBECONFIG), then to E(KUBECONFIG), to C(~/.kube/config), and inside a pod to its
        service account.
    type: path
  context:
    description:
      - The context in the kubeconfig; without it the current one.
      - Falls back to E(K8S_AUTH_CONTEXT).
    type: str
requirements:
  - kubernetes >= 24
"""
