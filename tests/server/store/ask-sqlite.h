/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* The first value of the first row, which there is. */
gint64 sqlite_ask (sqlite3 *connection, const char *sql);
void sqlite_run (sqlite3 *connection, const char *sql);
void sqlite_assert_sound (sqlite3 *connection);

G_END_DECLS
