# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's archive of GUI applications, as a stand-in: scripts of two ages and a folder of packages."""
