/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* See spark_store_backup(). */
gboolean spark_sqlite_backup (sqlite3 *connection, const char *path, GError **error);

G_END_DECLS
