# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kubernetes, the ClearML API server that is deployed in it, and the registries it is deployed from."""
