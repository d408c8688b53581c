/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * spark_sqlite_pages_configure:
 *
 * Has SQLite keep its pages as by default, but for those that change places in a tree: by default
 * one of them is for a moment that of the highest number, whereupon each commit looks through all
 * that are kept for pages behind the database's end. To be called once, before SQLite is used at
 * all; it changes nothing when that is too late.
 */
void spark_sqlite_pages_configure (void);

G_END_DECLS
