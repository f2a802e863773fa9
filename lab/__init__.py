# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the outside world: this package serves a ClearML API on the loopback interface.

It shares no code with the collection's plugins.  What it knows comes from the contract in
``lab/contract``, so a mistake of the client is not repeated by the server that tests it.
"""
