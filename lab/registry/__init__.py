# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the lab's charts come from: Helm repositories, private and public, and an OCI registry."""
