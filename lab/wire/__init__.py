# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a request becomes a reply: paths, credentials, impersonation, bodies and the envelope."""
