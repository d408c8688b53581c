/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How what is logged is written: for people to stderr, a line of JSON each to stderr, or with its
 * fields to the journal. FALSE: there is no such format. Before there are threads. */
gboolean spark_log_set_format (const char *format);

G_END_DECLS
