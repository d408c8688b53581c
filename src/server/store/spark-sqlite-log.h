/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * spark_sqlite_log_vfs:
 *
 * How SQLite reaches its files, with a write-ahead log that is gathered in memory until it is
 * synced: a commit's pages then go to the system in a few large writes, not in two small ones each.
 * An error of such a write is one of the sync, or of whatever comes after it first. The system is
 * asked to begin with each large write at once: what the sync then waits for is partly done.
 *
 * A connection may use it only with PRAGMA synchronous = FULL: what others may read of the log is
 * then synced before they are told of it.
 *
 * Built on what is SQLite's default when it is called first. Thread-safe.
 *
 * Returns: (nullable): the name for sqlite3_open_v2(); %NULL, which there means the default, when it
 *   cannot be had
 */
const char *spark_sqlite_log_vfs (void);

G_END_DECLS
